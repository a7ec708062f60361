import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { type LaidFoundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { RegistrationService } from '../../subgraphs/users/login/registration.service.ts';
import { makeAdmin } from '../../subgraphs/users/role/make-admin.ts';
import { RoleGrant } from '../../subgraphs/users/role/role-grant.entity.ts';
import { RoleService } from '../../subgraphs/users/role/role.service.ts';
import { outcomes } from '../testkit/care.ts';
import { ALL_PLACES } from '../testkit/users-services.ts';
import { newPhone } from '../testkit/login.ts';
import { type OwnSchema, ownSchema } from '../testkit/own-schema.ts';
import { auditOf } from '../testkit/rows.ts';
import { holderOf, UsersBench } from '../testkit/users-bench.ts';

const ADMIN = { role: 'ADMIN', scope: 'PLATFORM', scopeId: '' } as const;
const MANAGES = [
  'account.read',
  'account.suspend',
  'auditor.appoint',
  'consent.publish',
  'hospital.manage',
  'patient.search',
  'role.manage',
  'second_factor.reset',
  'session.revoke',
  'staff.license',
  'stats.read',
];

/** Each command is a process of its own, ms. */
const PROCESSES = 90_000;

let own: OwnSchema;
let laid: LaidFoundation;
beforeAll(async () => {
  own = await ownSchema('users');
  laid = await layFoundation(loadUsersConfig(own.env), database);
});
afterAll(async () => {
  await laid.close();
  await own.drop();
});

const command = (...args: string[]) => own.run(['make-admin', ...args]);
const accountIn = (output: string) => /^ADMIN (acc_\w{26})$/m.exec(output)?.[1] ?? '';
const admins = async () => {
  const rows = await laid.foundation.db.readPrimary((manager) => manager.findBy(RoleGrant, ADMIN));
  return rows.map((row) => row.accountId);
};

// The tests of this file are one story: from a platform without an administrator on.
test('of eight first administrators at once one is made', async () => {
  const { config, cipher, audit, now } = laid.foundation;
  const phones = { index: new BlindIndex(config.blindIndexKey, 'phone'), cipher };
  const registration = new RegistrationService(phones, audit, now);
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, () => makeAdmin(laid.foundation, registration, [newPhone()])),
  );
  const refused = results.filter((each) => each.status === 'rejected');
  expect(refused.map((each) => (each.reason as { code: string }).code)).toEqual(
    Array.from({ length: 7 }, () => 'ADMIN_EXISTS'),
  );
  const [made] = results.filter((each) => each.status === 'fulfilled').map((each) => each.value);
  expect(await admins()).toEqual([made]);
  expect(await auditOf(made ?? '', own.auditSchema)).toEqual([
    { actor: 'service:make-admin', action: 'account.register' },
    { actor: 'service:make-admin', action: 'role.grant' },
  ]);
});

test(
  'the command refuses a second one, unless it is forced, and changes nothing for one who is',
  async () => {
    const phone = newPhone();
    expect(await command(phone)).toMatchObject({
      code: 1,
      output: expect.stringContaining('ADMIN_EXISTS') as string,
    });
    const forced = accountIn((await command(phone, '--force')).output);
    expect(await admins()).toContain(forced);
    expect(accountIn((await command(phone)).output)).toBe(forced);
    expect(await admins()).toHaveLength(2);
    expect(await command('12345')).toMatchObject({
      code: 1,
      output: expect.stringContaining('BAD_PHONE') as string,
    });
  },
  PROCESSES,
);

test('two administrators who remove each other at once: one stays', async () => {
  const { db, audit, now } = laid.foundation;
  const roles = new RoleService(db, audit, ALL_PLACES, now);
  const [one = '', two = ''] = await admins();
  const actorOf = (accountId: string): Actor => ({
    kind: 'account',
    accountId,
    sessionId: 'ses_1',
    grants: [{ ...ADMIN, permissions: MANAGES }],
  });
  for (let round = 0; round < 10; round += 1) {
    const results = await Promise.allSettled([
      roles.revoke(actorOf(one), { ...ADMIN, accountId: two }),
      roles.revoke(actorOf(two), { ...ADMIN, accountId: one }),
    ]);
    const refused = results.filter((each) => each.status === 'rejected');
    expect(refused.map((each) => (each.reason as { code: string }).code)).toEqual(['LAST_ADMIN']);
    const left = await admins();
    expect(left).toHaveLength(1);
    const lost = left[0] === one ? two : one;
    expect((await auditOf(lost, own.auditSchema)).at(-1)).toEqual({
      actor: left[0],
      action: 'role.revoke',
    });
    await roles.grant(actorOf(left[0] ?? ''), { ...ADMIN, accountId: lost });
  }
});

test('the last administrator is neither suspended nor given an end, also when two try it on each other', async () => {
  const bench = await UsersBench.open(own.env);
  try {
    const [one = '', two = ''] = await admins();
    const suspend = (by: string, accountId: string) =>
      bench.staff.accountSuspension.suspend(holderOf(by, MANAGES), {
        accountId,
        reason: 'x',
        idempotencyKey: randomUUID(),
      });
    const [first] = await Promise.allSettled([suspend(one, two), suspend(two, one)]);
    const stopped = first.status === 'fulfilled' ? two : one;
    const left = stopped === one ? two : one;
    const giver = holderOf(stopped, MANAGES);
    const refused = await outcomes([
      suspend(stopped, left),
      bench.roles.revoke(giver, { ...ADMIN, accountId: left }),
      bench.roles.grant(giver, {
        ...ADMIN,
        accountId: left,
        expiresAt: new Date(Date.now() + 3_600_000),
      }),
    ]);
    expect(refused).toEqual({ LAST_ADMIN: 3 });
    await bench.staff.accountSuspension.reinstate(holderOf(left, MANAGES), {
      accountId: stopped,
      idempotencyKey: randomUUID(),
    });
    expect(await outcomes([suspend(stopped, left)])).toEqual({ ok: 1 });
    await bench.staff.accountSuspension.reinstate(giver, { accountId: left, idempotencyKey: randomUUID() });
  } finally {
    await bench.close();
  }
});

test('what a role by appointment is made for can be taken from it and given back, and nothing else', async () => {
  const bench = await UsersBench.open(own.env);
  try {
    const [by = ''] = await admins();
    const update = (permissions: string[], expectedVersion: number) =>
      bench.staff.roleDefinitions.update(holderOf(by, MANAGES), {
        name: 'DOCTOR',
        permissions,
        expectedVersion,
        idempotencyKey: randomUUID(),
      });
    await update(['record.write'], 1);
    await update(['record.write', 'queue.call'], 2);
    expect(await outcomes([update(['record.write', 'stock.manage'], 3)])).toEqual({ FORBIDDEN: 1 });
  } finally {
    await bench.close();
  }
});

test(
  'a production platform gets an administrator, and never demo people',
  async () => {
    const production = { YEY_MODE: 'production', SANDBOX_URL: '', SANDBOX_PORT: '' };
    const seeded = await own.run(['seed'], production);
    expect(seeded).toMatchObject({ code: 1 });
    expect(seeded.output).toContain('CONFIG_INVALID');
    expect(seeded.output).toContain('seed is for development only');
    const made = await own.run(['make-admin', newPhone(), '--force'], production);
    expect(made.output).toMatch(/^ADMIN acc_/m);
    expect(await admins()).toHaveLength(3);
  },
  PROCESSES,
);

test(
  'filling in the demo people twice changes nothing',
  async () => {
    expect((await own.run(['seed'])).code).toBe(0);
    const dump = async () => {
      const { db } = laid.foundation;
      const tables = [
        'account',
        'identity',
        'role_grant',
        'doctor',
        'pharmacist',
        'staff_licence',
        'patient',
        'health_archive',
        'allergy',
      ];
      const rows = [];
      for (const table of tables) {
        rows.push(await db.readPrimary((manager) => manager.query(`SELECT * FROM ${table} ORDER BY 1`)));
      }
      return JSON.stringify(rows);
    };
    const before = await dump();
    expect((await own.run(['seed'])).code).toBe(0);
    expect(await dump()).toBe(before);
  },
  PROCESSES,
);
