import { expect, test } from 'vitest';
import {
  type Actor,
  departmentScope,
  type Grant,
  holds,
  isNowhere,
  placeOfDepartment,
  reachOf,
  type Scope,
} from '../../shared/context/actor.ts';

const DEPARTMENT = departmentScope('hos_1', 'dep_1');

function actorWith(scope: Scope, scopeId: string): Actor {
  const grant: Grant = { role: 'TEST', permissions: ['thing.read'], scope, scopeId };
  return { kind: 'account', accountId: 'acc_1', sessionId: 'ses_1', grants: [grant] };
}

test('a grant for a department reaches that department of that hospital, and nothing beside it or above it', () => {
  const actor = actorWith('DEPARTMENT', DEPARTMENT);
  expect(placeOfDepartment(DEPARTMENT)).toEqual({ hospitalId: 'hos_1', departmentId: 'dep_1' });
  expect(holds(actor, 'thing.read', placeOfDepartment(DEPARTMENT))).toBe(true);
  for (const place of [
    {},
    { hospitalId: 'hos_1' },
    { departmentId: 'dep_1' },
    { hospitalId: 'hos_1', departmentId: 'dep_2' },
    { hospitalId: 'hos_2', departmentId: 'dep_1' },
  ]) {
    expect(holds(actor, 'thing.read', place), JSON.stringify(place)).toBe(false);
  }
});

test.each<[Scope, string]>([
  ['PLATFORM', ''],
  ['HOSPITAL', 'hos_1'],
  ['DEPARTMENT', DEPARTMENT],
  ['PHARMACY', 'pha_1'],
])('a grant for a %s is somewhere, for what it allows alone', (scope, scopeId) => {
  const actor = actorWith(scope, scopeId);
  expect(isNowhere(reachOf(actor, 'other', 'thing.read'))).toBe(false);
  expect(isNowhere(reachOf(actor, 'other'))).toBe(true);
  expect(isNowhere(reachOf({ kind: 'service', name: 'care' }, 'thing.read'))).toBe(true);
});
