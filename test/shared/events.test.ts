import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../shared/events/catalogue.ts';
import { type EventType, isEventType, parsePayload } from '../../shared/events/event.ts';

const FOLDER = 'shared/events/fixtures';
const files = readdirSync(FOLDER);

test('every type of event has a golden example of the version that is told now', () => {
  const missing = Object.entries(catalogue)
    .map(([type, { version }]) => `${type}.v${version}.json`)
    .filter((file) => !files.includes(file));
  expect(missing).toEqual([]);
});

test.each(files)('%s is of a known type and fits it, word for word', (file) => {
  const [, type = '', version = ''] = /^([a-z_.]+)\.v(\d+)\.json$/.exec(file) ?? [];
  expect(isEventType(type), file).toBe(true);
  expect(Number(version)).toBeLessThanOrEqual(catalogue[type as EventType].version);
  const example: unknown = JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'));
  // A payload only gains optional fields, so what was told in the past must still be read in full.
  expect(parsePayload(type as EventType, example)).toEqual(example);
});

test('what is not an event is told from what is', () => {
  for (const text of ['toString', '__proto__', 'order.eaten', '']) expect(isEventType(text)).toBe(false);
});

test('a payload with a field missing, or with a wrong one, is refused', () => {
  const example = JSON.parse(readFileSync(`${FOLDER}/order.paid.v1.json`, 'utf8')) as object;
  expect(() => parsePayload('order.paid', { ...example, orderId: undefined })).toThrow();
  expect(() => parsePayload('order.paid', { ...example, totalFen: 1.5 })).toThrow();
  expect(() => parsePayload('order.paid', { ...example, paidAt: 'yesterday' })).toThrow();
});
