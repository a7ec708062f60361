import { expect, test } from 'vitest';
import { FairLine } from '../../router/planning/fair-line.ts';

const nobody = () => {
  throw new Error('nobody has to give up a place');
};
const rest = (line: FairLine<string>) => Array.from({ length: line.size }, () => line.next());

test('keys take turns, each with its own in order', () => {
  const line = new FairLine<string>({ inAll: 10, perKey: 10 });
  for (const each of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) line.add(each.charAt(0), each, nobody);
  expect(rest(line)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  expect(line.next()).toBeUndefined();
});

test('a key has so many places, and one that is given back is free', () => {
  const line = new FairLine<string>({ inAll: 10, perKey: 2 });
  for (const each of ['a1', 'a2']) expect(line.add('a', each, nobody)).toBeUndefined();
  expect(line.add('a', 'a3', nobody)).toBe('ofKey');
  expect(line.add('b', 'b1', nobody)).toBeUndefined();
  line.remove('a', 'a1');
  line.remove('a', 'unknown');
  expect(line.add('a', 'a3', nobody)).toBeUndefined();
  expect(rest(line)).toEqual(['a2', 'b1', 'a3']);
});

test('where all places are taken, the longest line gives up its last for a shorter one', () => {
  const line = new FairLine<string>({ inAll: 4, perKey: 4 });
  const gaveUp: string[] = [];
  const add = (each: string) => line.add(each.charAt(0), each, (other) => gaveUp.push(other));
  for (const each of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1']) expect(add(each)).toBeUndefined();
  expect(gaveUp).toEqual(['a4', 'a3']);
  // None is longer by more than the one that would come.
  expect(add('b2')).toBe('inAll');
  expect(line.size).toBe(4);
  expect(rest(line)).toEqual(['a1', 'b1', 'c1', 'a2']);
});
