import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { FieldCipher, keyRing } from '../../shared/crypto/field-cipher.ts';

const old = { active: 'k1', keys: { k1: '11'.repeat(32) } };
const rotated = { active: 'k2', keys: { k1: '11'.repeat(32), k2: '22'.repeat(32) } };
const place = { table: 'identity', column: 'subject', rowId: 'idt_1' };

test('what was encrypted comes back, never the same twice', () => {
  const cipher = new FieldCipher(old);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const [one, two] = [cipher.encrypt(text, place), cipher.encrypt(text, place)];
      return one !== two && cipher.decrypt(one, place) === text;
    }),
  );
});

test('after a rotation old values are read and new ones use the new key', () => {
  const before = new FieldCipher(old).encrypt('+8613800000001', place);
  const cipher = new FieldCipher(rotated);
  expect(cipher.decrypt(before, place)).toBe('+8613800000001');
  expect(cipher.encrypt('x', place)).toMatch(/^v1\.k2\./);
});

test('a value that was moved, changed or cut, or whose key is gone, is found out', () => {
  const cipher = new FieldCipher(rotated);
  const text = cipher.encrypt('secret', place);
  const [version, kid, iv, body = ''] = text.split('.');
  const flipped = Buffer.from(body, 'base64url');
  flipped[0] = (flipped[0] ?? 0) ^ 1;
  const bad = [
    `${version}.${kid}.${iv}.${flipped.toString('base64url')}`,
    text.slice(0, -8),
    '',
    'plain text',
  ];
  for (const each of bad) expect(() => cipher.decrypt(each, place)).toThrow('DECRYPT_FAILED');
  expect(() => cipher.decrypt(text, { ...place, rowId: 'idt_2' })).toThrow('DECRYPT_FAILED');
  expect(() => new FieldCipher(old).decrypt(text, place)).toThrow('DECRYPT_FAILED');
});

test('a key ring that cannot work is refused', () => {
  const good = JSON.stringify(old);
  expect(keyRing.safeParse(good).success).toBe(true);
  for (const text of [
    '',
    'x',
    '{}',
    good.replace('"active":"k1"', '"active":"k9"'),
    good.replace('1111', 'zz'),
  ]) {
    expect(keyRing.safeParse(text).success, text).toBe(false);
  }
});

test('fingerprints differ by purpose and by key', () => {
  const of = (master: string, purpose: string) =>
    new BlindIndex(master.repeat(32), purpose).of('+8613800000001');
  expect(of('11', 'phone')).toBe(of('11', 'phone'));
  expect(new Set([of('11', 'phone'), of('11', 'identity'), of('22', 'phone')]).size).toBe(3);
});
