import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { ConsentCheck } from '../../subgraphs/care/consent/consent-check.ts';
import type { MissingConsent } from '../../subgraphs/care/external/users.client.ts';

let areUsersDown = false;
let missing: MissingConsent[] = [];
let asked = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  areUsersDown = false;
  missing = [];
  asked = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function consents(): ConsentCheck {
  return new ConsentCheck({
    missingConsents: async () => {
      asked += 1;
      if (areUsersDown) throw new AppError('UNAVAILABLE', { service: 'users' });
      return missing;
    },
  });
}

const withdrawn = { patientId: 'pat_1', purpose: 'HEALTH_DATA', version: 1, isInPerson: false };

test('within a consultation users are asked every two seconds, and a consent carries it for a minute without them', async () => {
  const check = consents();
  const within = async () => (await check.refusalWithin('pat_1'))?.code;
  expect(await within()).toBeUndefined();
  areUsersDown = true;
  vi.advanceTimersByTime(1999);
  expect(await within()).toBeUndefined();
  expect(asked).toBe(1);
  for (const seconds of [2, 28, 28]) {
    vi.advanceTimersByTime(seconds * 1000);
    expect(await within()).toBeUndefined();
  }
  expect(asked).toBe(4);
  vi.advanceTimersByTime(1);
  expect(await within()).toBe('UNAVAILABLE');
  areUsersDown = false;
  expect(await within()).toBeUndefined();
  // The minute begins anew with the answer.
  areUsersDown = true;
  vi.advanceTimersByTime(59_000);
  expect(await within()).toBeUndefined();
});

test('nothing carries a consultation of whom users have told nothing, or that a consent is missing', async () => {
  const check = consents();
  areUsersDown = true;
  expect((await check.refusalWithin('pat_1'))?.code).toBe('UNAVAILABLE');
  areUsersDown = false;
  expect(await check.refusalWithin('pat_1')).toBeUndefined();
  missing = [withdrawn];
  vi.advanceTimersByTime(2000);
  expect((await check.refusalWithin('pat_1'))?.code).toBe('CONSENT_NEEDED');
  areUsersDown = true;
  expect((await check.refusalWithin('pat_1'))?.code).toBe('UNAVAILABLE');
});

test('what begins is never carried by an earlier answer', async () => {
  const check = consents();
  expect(await check.refusalWithin('pat_1')).toBeUndefined();
  areUsersDown = true;
  expect((await check.refusalFor('pat_1'))?.code).toBe('UNAVAILABLE');
});
