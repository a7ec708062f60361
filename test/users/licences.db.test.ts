import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, businessDay, instantOf } from '../../shared/clock/business-day.ts';
import { stableId } from '../../shared/ids/ids.ts';
import { line, openStock, type StockBench } from '../pharmacy/stock-bench.ts';
import { outcomes } from '../testkit/care.ts';
import { ask, data, subscribe } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { allNodes } from '../testkit/pages.ts';
import { until } from '../testkit/platform.ts';
import { entities } from '../testkit/router-call.ts';
import { auditOf, replicaCaughtUp, rows } from '../testkit/rows.ts';
import { askAs } from '../testkit/service-call.ts';
import { holderOf, UsersBench } from '../testkit/users-bench.ts';
import {
  admin,
  application,
  applied,
  APPLY,
  bookedWith,
  codeOf,
  decide,
  digits,
  DOCTOR,
  HOSPITAL,
  keyed,
  licenceIn,
  LIST,
  MINE,
  PUBLISH,
  REINSTATE,
  SUSPEND,
  uploaded,
} from './licence-kit.ts';
import { LicenceDecision } from '../../subgraphs/users/staff/licence.inputs.ts';

const DAY_MS = 24 * 3_600_000;

let bench: UsersBench;
let stock: StockBench;
beforeAll(async () => {
  bench = await UsersBench.open();
  stock = await openStock();
});
afterAll(async () => {
  await bench.close();
  await stock.close();
});

test.concurrent(
  'an approved doctor practises everywhere within two seconds, and no longer than the licence holds',
  async () => {
    const login = await logInAnew();
    const token = login.accessToken;
    const made = await applied(login);
    const day = addDays(businessDay(new Date()), 5);
    let published = 0;
    const publish = async () => {
      // No two of one doctor begin at the same time; one that was refused may be tried again.
      const startTime = `${String(8 + (published % 12)).padStart(2, '0')}:00`;
      const date = addDays(day, Math.floor(published / 12));
      const plan = { date, startTime, slotMinutes: 10, slots: 1, capacityPerSlot: 1, fee: '0.00' };
      const code = await codeOf(PUBLISH, keyed(plan), token);
      if (code === undefined) published += 1;
      return code;
    };
    expect(await publish()).toBe('FORBIDDEN');
    expect(await codeOf(LIST, {}, token)).toBe('FORBIDDEN');
    const filter = { status: 'SUBMITTED', kind: 'DOCTOR', institutionId: HOSPITAL };
    await replicaCaughtUp();
    const listed = await allNodes(LIST, { filter }, admin());
    expect(JSON.stringify(listed)).toContain(made.id);
    const decisions = await Promise.all([decide(made), decide(made), decide(made)]);
    const codes = decisions.map((each) => each.errors[0]?.extensions.code ?? 'ok').toSorted();
    expect(codes).toEqual(['VERSION_CONFLICT', 'VERSION_CONFLICT', 'ok']);
    const profileOf = async () =>
      (await askAs(
        'care',
        'users',
        'query ($accountId: ID!) { doctorOfAccount(accountId: $accountId) { id } }',
        { accountId: login.accountId },
      )) as { doctorOfAccount: { id: string } | null };
    const id = (await profileOf()).doctorOfAccount?.id ?? '';
    await until(async () => (await publish()) === undefined, 2500);
    await replicaCaughtUp();
    const shown = await data(DOCTOR, { id });
    expect(shown.doctor).toMatchObject({
      name: '钱医生',
      licence: { number: expect.stringMatching(/^\*{11}\d{4}$/) as string, status: 'APPROVED' },
      hospital: { id: HOSPITAL },
    });
    const change = { licenceId: made.id, expectedVersion: 2 };
    expect(await codeOf(SUSPEND, keyed({ ...change, reason: ' ' }), admin())).toBe('VALIDATION_FAILED');
    const stopped = await ask(SUSPEND, keyed({ ...change, reason: '涉嫌违规' }), { token: admin() });
    expect(licenceIn(stopped, 'suspendLicence')).toMatchObject({
      status: 'SUSPENDED',
      version: 3,
      reason: '涉嫌违规',
    });
    await until(async () => (await publish()) === 'FORBIDDEN', 2500);
    expect(await profileOf()).toEqual({ doctorOfAccount: null });
    expect(await bookedWith(id)).toBe('DOCTOR_NOT_PRACTISING');
    await replicaCaughtUp();
    expect((await data(DOCTOR, { id })).doctor).toBeNull();
    const kept = await entities('users', undefined, [{ __typename: 'Doctor', id }], '... on Doctor { name }');
    expect(kept).toEqual({ entities: [{ name: '钱医生' }], codes: [] });
    const back = { licenceId: made.id, expectedVersion: 3 };
    expect(await codeOf(REINSTATE, keyed(back), admin())).toBeUndefined();
    await until(async () => (await publish()) === undefined, 2500);
    expect(await bookedWith(id)).toBeUndefined();
    const audited = (await auditOf(made.id)).map(({ action }) => action);
    expect(audited.filter((action) => action !== 'staff_licence.read')).toEqual([
      'staff_licence.apply',
      'staff_licence.approve',
      'staff_licence.suspend',
      'staff_licence.reinstate',
    ]);
    expect(audited).toContain('staff_licence.read');
  },
);

test.concurrent(
  'of several who apply with one number at once one wins, and a rejected one frees it',
  async () => {
    const logins = await Promise.all([0, 1, 2, 3].map(() => logInAnew()));
    const documents = await Promise.all(logins.map(({ accessToken }) => uploaded(accessToken)));
    const licenceNumber = `1102${digits(11)}`;
    const inputs = documents.map((id) => keyed(application([id], { licenceNumber })));
    const attempt = (index: number) =>
      ask(APPLY, inputs[index] ?? {}, { token: logins[index]?.accessToken ?? '' });
    const answers = await Promise.all([0, 1, 2, 3].map(attempt));
    const codes = answers.map((each) => each.errors[0]?.extensions.code ?? 'ok');
    expect(codes.toSorted()).toEqual(['LICENCE_EXISTS', 'LICENCE_EXISTS', 'LICENCE_EXISTS', 'ok']);
    const winner = codes.indexOf('ok');
    const won = licenceIn(answers[winner] ?? { data: null }, 'applyForLicence');
    // The same call again is the same licence; another one while it waits is refused.
    expect(licenceIn(await attempt(winner), 'applyForLicence')).toMatchObject({ id: won.id, version: 1 });
    const token = logins[winner]?.accessToken ?? '';
    const waiting = keyed(application([documents[winner] ?? '']));
    expect(await codeOf(APPLY, waiting, token)).toBe('LICENCE_STATE');
    expect((await decide(won, { decision: 'REJECT' })).errors[0]?.extensions.code).toBe('VALIDATION_FAILED');
    const rejected = await decide(won, { decision: 'REJECT', reason: '证件不清晰' });
    expect(licenceIn(rejected, 'reviewLicence')).toMatchObject({ status: 'REJECTED', reason: '证件不清晰' });
    const other = winner === 0 ? 1 : 0;
    expect((await attempt(other)).errors).toEqual([]);
    const again = { licenceNumber };
    const same = keyed(application([documents[winner] ?? ''], again));
    expect(await codeOf(APPLY, same, token)).toBe('LICENCE_EXISTS');
    const corrected = await data(APPLY, waiting, { token });
    expect(corrected.applyForLicence).toMatchObject({
      id: won.id,
      status: 'SUBMITTED',
      version: 3,
      reason: null,
    });
    const stored = await rows('SELECT * FROM yey_users.staff_licence WHERE id = ?', [won.id]);
    const text = JSON.stringify(stored);
    expect(text).not.toContain('钱医生');
    expect(text).not.toMatch(/"1101\d{11}"/);
  },
);

test.concurrent(
  'a licence is over at midnight in Shanghai, without anybody’s doing, until it is renewed',
  async () => {
    const later = await UsersBench.open();
    const login = await logInAnew();
    const [, payload = ''] = login.accessToken.split('.');
    const { sid } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string };
    const validUntil = addDays(businessDay(new Date()), 1);
    const made = await applied(login, { validUntil });
    expect((await decide(made)).errors).toEqual([]);
    const midnight = instantOf(addDays(validUntil, 1), '00:00').getTime();
    const holdsDoctor = async () =>
      (await later.roles.authorityOf(sid))?.grants.some(({ role }) => role === 'DOCTOR');
    const reviewer = holderOf(stableId('acc', 'demo-admin-01'), ['staff.license']);
    try {
      later.ahead = midnight - 60_000 - Date.now();
      expect(await holdsDoctor()).toBe(true);
      later.ahead = midnight - Date.now();
      expect(await holdsDoctor()).toBe(false);
      const change = { licenceId: made.id, expectedVersion: 2, idempotencyKey: randomUUID() };
      await expect(
        later.staff.licenceReviews.suspend(reviewer, { ...change, reason: 'x' }),
      ).rejects.toMatchObject({ code: 'LICENCE_STATE', params: { status: 'EXPIRED' } });
      // Every process runs the job.
      await Promise.all([0, 1, 2].map(() => later.staff.licenceReviews.expireOverdue()));
      const expiries = (await auditOf(made.id)).filter(({ action }) => action === 'staff_licence.expire');
      expect(expiries).toEqual([{ actor: 'service:users', action: 'staff_licence.expire' }]);
      const renew = (until_: string) =>
        later.staff.licenceReviews.renew(reviewer, {
          licenceId: made.id,
          validUntil: until_,
          expectedVersion: 3,
          idempotencyKey: randomUUID(),
        });
      expect(await outcomes([renew(validUntil)])).toEqual({ VALIDATION_FAILED: 1 });
      expect(await outcomes([renew(addDays(validUntil, 365)), renew(addDays(validUntil, 366))])).toEqual({
        ok: 1,
        VERSION_CONFLICT: 1,
      });
      expect(await holdsDoctor()).toBe(true);
      later.ahead += 367 * DAY_MS;
      // The session has ended by then.
      expect(await later.roles.authorityOf(sid)).toBeNull();
    } finally {
      await later.close();
    }
  },
);

test.concurrent(
  'a pharmacist whose licence is suspended gets no further event of a live subscription',
  async () => {
    const place = await stock.newPlace();
    const login = await logInAnew();
    const pharmacist = {
      kind: 'PHARMACIST',
      title: 'PHARMACIST',
      departmentId: null,
      qualificationNumber: 'ZG1234',
    };
    const made = await applied(login, {
      ...pharmacist,
      institutionId: place.pharmacyId,
      licenceNumber: digits(12),
    });
    const approved = licenceIn(await decide(made), 'reviewLicence');
    const token = login.accessToken;
    const STOCK = 'query ($id: ID!) { batches(pharmacyId: $id, first: 1) { edges { cursor } } }';
    const id = place.pharmacyId;
    await until(async () => (await codeOf(STOCK, { id }, token)) === undefined, 2500);
    const FOLLOW =
      'subscription ($id: ID!) { stockAlertRaised(pharmacyId: $id, afterSeq: 0) { seq available } }';
    const reader = subscribe(FOLLOW, { id }, { token });
    try {
      const first = reader.next();
      await stock.receive(place, 'D026', 21);
      await stock.order(place, [line('D026', 2)]);
      expect(await first).toMatchObject({ data: { stockAlertRaised: { seq: 1 } } });
      const second = reader.next();
      const input = { licenceId: made.id, expectedVersion: approved.version, reason: '暂停执业' };
      expect(await codeOf(SUSPEND, keyed(input), admin())).toBeUndefined();
      await until(async () => (await codeOf(STOCK, { id }, token)) !== undefined, 2500);
      await stock.receive(place, 'D026', 5);
      await stock.order(place, [line('D026', 5)]);
      const refused = (await second) as { errors?: { extensions: { code: string } }[] };
      expect(['FORBIDDEN', 'NOT_FOUND']).toContain(refused.errors?.[0]?.extensions.code);
    } finally {
      await reader.close();
    }
  },
);

test.concurrent(
  'nobody decides about their own licence, nor where they do not review, nor by a wrong form',
  async () => {
    const login = await logInAnew();
    const made = await applied(login);
    const decision = (by: ReturnType<typeof holderOf>) =>
      bench.staff.licenceReviews.review(by, {
        licenceId: made.id,
        decision: LicenceDecision.APPROVE,
        expectedVersion: 1,
        idempotencyKey: randomUUID(),
      });
    const elsewhere = holderOf(stableId('acc', 'demo-admin-01'), []);
    await expect(decision(holderOf(login.accountId, ['staff.license']))).rejects.toMatchObject({
      code: 'LICENCE_REVIEW_OWN',
    });
    await expect(decision(elsewhere)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { accessToken: token } = await logInAnew();
    const documentId = await uploaded(token);
    for (const [more, code] of [
      [{ licenceNumber: '11011' }, 'LICENCE_NUMBER_INVALID'],
      [{ licenceNumber: `1101${digits(10)}Ⅹ` }, 'LICENCE_NUMBER_INVALID'],
      [{ qualificationNumber: "x' OR '1'='1" }, 'LICENCE_NUMBER_INVALID'],
      [{ title: 'CHIEF_PHARMACIST' }, 'VALIDATION_FAILED'],
      [{ name: '钱\u202e医生' }, 'VALIDATION_FAILED'],
      [{ validUntil: '2020-01-01' }, 'VALIDATION_FAILED'],
      [{ documentIds: [] }, 'VALIDATION_FAILED'],
      [{ institutionId: stableId('pha', 'demo-pharmacy-01') }, 'BAD_ID'],
      [{ documentIds: [HOSPITAL] }, 'BAD_ID'],
    ] as const) {
      expect(await codeOf(APPLY, keyed(application([documentId], more)), token), JSON.stringify(more)).toBe(
        code,
      );
    }
    expect(await codeOf(MINE, {}, undefined)).toBe('UNAUTHENTICATED');
  },
);
