import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { businessDay } from '../../shared/clock/business-day.ts';
import { DoctorTitle } from '../../subgraphs/users/doctor/doctor.entity.ts';
import { LicenceKind } from '../../subgraphs/users/staff/licence.entity.ts';
import { logInAnew } from '../testkit/login.ts';
import { holderOf, UsersBench } from '../testkit/users-bench.ts';
import { application, uploaded } from './licence-kit.ts';

let bench: UsersBench;
beforeAll(async () => {
  bench = await UsersBench.open();
});
afterAll(() => bench.close());

test('a retry of an application gets the first answer, also when its owner is away or the licence has run out', async () => {
  const { accessToken, accountId } = await logInAnew();
  const input = {
    ...application([await uploaded(accessToken)]),
    kind: LicenceKind.DOCTOR,
    title: DoctorTitle.ATTENDING,
    validUntil: businessDay(new Date()),
    idempotencyKey: randomUUID(),
  };
  const apply = (change: { idempotencyKey?: string; specialties?: string } = {}) =>
    bench.staff.licenceApplications.apply(holderOf(accountId, []), { ...input, ...change });
  const id = await apply();
  bench.areOwnersDown = true;
  expect(await apply()).toBe(id);
  await expect(apply({ idempotencyKey: randomUUID() })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  bench.ahead = 2 * 24 * 3_600_000;
  expect(await apply()).toBe(id);
  await expect(apply({ specialties: '糖尿病' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  await expect(apply({ idempotencyKey: randomUUID() })).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    params: { field: 'validUntil' },
  });
});
