import { expect, test } from 'vitest';
import { personName } from '../../subgraphs/users/patient/person-name.ts';

test.each([
  ['王小明', '王小明'],
  ['  欧阳  娜娜 ', '欧阳 娜娜'],
  ['阿依努尔•买买提', '阿依努尔·买买提'],
  ['𠮷田', '𠮷田'],
  ["Anne-Marie O'Neill Jr.", "Anne-Marie O'Neill Jr."],
  ['Jose\u0301', 'José'],
  ['Иван Петров', 'Иван Петров'],
  ['李Lily', '李Lily'],
  ['\ufeff王小明', '王小明'],
])('%j is a name, kept as %j', (text, name) => {
  expect(personName('name', text)).toBe(name);
});

test.each([
  ['nothing', ''],
  ['blanks alone', ' \u3000 '],
  ['what cannot be seen', '王\u200b小明'],
  ['what joins without a sign', '王\u200d小明'],
  ['what runs backwards', '\u202e明小王'],
  ['half a pair', '王\ud800'],
  ['a null byte', '王\u0000'],
  ['a Cyrillic letter among Latin ones', 'Pаul'],
  ['a Greek letter among Latin ones', 'Αnna'],
  ['markup', '<b>王</b>'],
  ['SQL', `王'; --`],
  ['a mark alone', '\u0301'],
  ['65 letters', '王'.repeat(65)],
])('%s is no name', (_what, text) => {
  expect(() => personName('name', text)).toThrowError(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
});
