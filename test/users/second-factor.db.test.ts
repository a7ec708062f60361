import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Grant } from '../../shared/context/actor.ts';
import { platformGrant } from '../../subgraphs/users/role/platform-grant.ts';
import { RoleGrant } from '../../subgraphs/users/role/role-grant.entity.ts';
import { auditOf, rows } from '../testkit/rows.ts';
import { appCode } from '../testkit/second-factor.ts';
import { openUsers, sessionOf } from '../testkit/users-services.ts';

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers('2026-04-01T00:00:10.000Z');
});
afterAll(() => users.close());

interface Person {
  readonly kind: 'account';
  readonly accountId: string;
  readonly sessionId: string;
  readonly grants: readonly Grant[];
}

async function newPerson(...roles: string[]): Promise<Person> {
  const accountId = await users.newAccount();
  await users.foundation.db.transaction(async ({ manager }) => {
    for (const role of roles) await manager.insert(RoleGrant, platformGrant(accountId, role, users.now()));
  });
  return logIn(accountId);
}

async function logIn(accountId: string): Promise<Person> {
  const { accessToken } = await users.begin(accountId);
  return { kind: 'account', accountId, sessionId: sessionOf(accessToken), grants: [] };
}

async function enrol(person: Person) {
  const { secret } = await users.secondFactors.begin(person);
  const codes = await users.secondFactors.confirm(person, appCode(secret, users.now()));
  return { secret, codes };
}

/** In alphabetical order: of grants of one moment none is the first. */
const rolesOf = async ({ sessionId }: Person) =>
  (await users.roles.authorityOf(sessionId))?.grants.map((each) => each.role).toSorted();
const verify = (person: Person, code: string) => users.secondFactors.verify(person, code);
const rejects = async (work: Promise<unknown>, code: string) => expect(work).rejects.toMatchObject({ code });
const wrongFor = (secret: string) =>
  [-1, 0, 1].some((step) => appCode(secret, users.now(), step) === '000000') ? '111111' : '000000';

test('an administrator is none until enrolled, and in each new login until verified', async () => {
  const first = await newPerson('PATIENT', 'PII_READER', 'ADMIN');
  expect(await rolesOf(first)).toEqual(['PATIENT', 'PII_READER']);
  const { secret } = await enrol(first);
  expect(await rolesOf(first)).toEqual(['ADMIN', 'PATIENT', 'PII_READER']);
  const second = await logIn(first.accountId);
  // Other rights of staff are worth as much to whoever stole the phone.
  expect(await rolesOf(second)).toEqual(['PATIENT']);
  users.pass(30);
  await verify(second, appCode(secret, users.now()));
  expect(await rolesOf(second)).toEqual(['ADMIN', 'PATIENT', 'PII_READER']);
  await rejects(
    users.secondFactors.disable(second, appCode(secret, users.now(), 1)),
    'SECOND_FACTOR_REQUIRED',
  );
  expect((await auditOf(first.accountId)).map((each) => each.action)).toEqual([
    'second_factor.begin',
    'second_factor.enrol',
    'second_factor.verify',
  ]);
});

test('a code works once, half a minute early or late, and never after a newer one', async () => {
  const person = await newPerson('PATIENT');
  const { secret } = await enrol(person);
  const code = (step: number) => appCode(secret, users.now(), step);
  // The one that enrolled is used up.
  await rejects(verify(person, code(0)), 'SECOND_FACTOR_WRONG');
  await verify(person, code(1));
  await rejects(verify(person, code(1)), 'SECOND_FACTOR_WRONG');
  users.pass(120);
  await rejects(verify(person, code(-2)), 'SECOND_FACTOR_WRONG');
  await rejects(verify(person, code(2)), 'SECOND_FACTOR_WRONG');
  await verify(person, code(-1));
  await verify(person, ` ${code(0)} `);
  await rejects(verify(person, code(-1)), 'SECOND_FACTOR_WRONG');
});

test('of one code at once, twenty times, one is taken: of the app, and of recovery', async () => {
  const person = await newPerson('PATIENT');
  const { secret, codes } = await enrol(person);
  // Twenty wrong ones would lock it: the lock is looked at apart from what is raced here.
  const won = async (code: string) => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => verify(person, code)));
    users.pass(16 * 60);
    return results.filter((each) => each.status === 'fulfilled').length;
  };
  expect(codes).toHaveLength(10);
  expect(new Set(codes).size).toBe(10);
  expect(await won(codes[0] ?? '')).toBe(1);
  expect(await won(appCode(secret, users.now()))).toBe(1);
  await verify(person, (codes[1] ?? '').toLowerCase().replaceAll('-', ' '));
  await rejects(verify(person, codes[1] ?? ''), 'SECOND_FACTOR_WRONG');
  const renewed = await users.secondFactors.renewCodes(person);
  await rejects(verify(person, codes[2] ?? ''), 'SECOND_FACTOR_WRONG');
  await verify(person, renewed[0] ?? '');
});

test('five wrong codes lock it for a quarter of an hour, for the right one too, also at once', async () => {
  const person = await newPerson('PATIENT');
  const { secret, codes } = await enrol(person);
  users.pass(60);
  const wrong = wrongFor(secret);
  const tries = await Promise.allSettled(Array.from({ length: 12 }, () => verify(person, wrong)));
  const refusals = tries.map((each) =>
    each.status === 'rejected' ? (each.reason as { code: string }).code : '',
  );
  expect(refusals.filter((each) => each === 'SECOND_FACTOR_WRONG')).toHaveLength(5);
  expect(refusals.filter((each) => each === 'SECOND_FACTOR_LOCKED')).toHaveLength(7);
  users.pass(15 * 60 - 1);
  await expect(verify(person, codes[0] ?? '')).rejects.toMatchObject({
    code: 'SECOND_FACTOR_LOCKED',
    params: { minutes: 1 },
  });
  users.pass(1);
  await verify(person, appCode(secret, users.now()));
});

test('whoever stole a login cannot change the second factor', async () => {
  const owner = await newPerson('PATIENT');
  const { secret, codes } = await enrol(owner);
  const thief = await logIn(owner.accountId);
  await rejects(users.secondFactors.begin(thief), 'SECOND_FACTOR_NEEDED');
  await rejects(users.secondFactors.confirm(thief, '000000'), 'SECOND_FACTOR_NEEDED');
  await rejects(users.secondFactors.renewCodes(thief), 'SECOND_FACTOR_NEEDED');
  await rejects(users.secondFactors.disable(thief, codes[0] ?? ''), 'SECOND_FACTOR_NEEDED');
  // Its owner moves to another phone: the old one works until the new one is confirmed.
  const next = await users.secondFactors.begin(owner);
  users.pass(30);
  await verify(owner, appCode(secret, users.now()));
  await users.secondFactors.confirm(owner, appCode(next.secret, users.now()));
  users.pass(30);
  await rejects(verify(owner, appCode(secret, users.now())), 'SECOND_FACTOR_WRONG');
  await users.secondFactors.disable(owner, appCode(next.secret, users.now()));
  await rejects(verify(owner, '000000'), 'SECOND_FACTOR_MISSING');
  expect(await rolesOf(thief)).toEqual(['PATIENT']);
});

test('an administrator resets that of another, whose logins end; nobody does it for themselves', async () => {
  const owner = await newPerson('PATIENT', 'ADMIN');
  await enrol(owner);
  const grants = [
    { role: 'ADMIN', permissions: ['second_factor.reset'], scope: 'PLATFORM', scopeId: '' },
  ] as const;
  const admin = { ...(await newPerson('PATIENT')), grants };
  const { secondFactorResets } = users;
  await rejects(secondFactorResets.reset({ ...admin, grants: [] }, owner.accountId), 'FORBIDDEN');
  await rejects(secondFactorResets.reset({ ...owner, grants }, owner.accountId), 'FORBIDDEN');
  await secondFactorResets.reset(admin, owner.accountId);
  expect(await rolesOf(owner)).toBeUndefined();
  expect(await rolesOf(await logIn(owner.accountId))).toEqual(['PATIENT']);
  expect((await auditOf(owner.accountId)).at(-1)).toEqual({
    actor: admin.accountId,
    action: 'second_factor.reset',
  });
});

test('no secret and no recovery code stands in the database or the audit in clear', async () => {
  const person = await newPerson('PATIENT');
  const { secret, codes } = await enrol(person);
  const { secret: pending } = await users.secondFactors.begin(person);
  const stored = JSON.stringify([
    await rows('SELECT * FROM yey_users.second_factor WHERE account_id = ?', [person.accountId]),
    await rows('SELECT * FROM yey_users.recovery_code WHERE account_id = ?', [person.accountId]),
    await rows('SELECT * FROM yey_users_audit.audit_entry WHERE subject_id = ?', [person.accountId]),
  ]);
  for (const text of [secret, pending, ...codes, ...codes.map((each) => each.replaceAll('-', ''))]) {
    expect(stored).not.toContain(text);
  }
});
