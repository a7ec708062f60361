import { readFileSync } from 'node:fs';
import { catalogue } from '../../shared/events/catalogue.ts';
import { type EventPayload, type EventType, parsePayload } from '../../shared/events/event.ts';

/** The golden example of a type of event, in the version that is told now. */
export function fixtureOf<T extends EventType>(type: T): EventPayload<T> {
  const file = `shared/events/fixtures/${type}.v${catalogue[type].version}.json`;
  return parsePayload(type, JSON.parse(readFileSync(file, 'utf8')));
}
