import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { CareBench, outcomes } from '../testkit/care.ts';

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

test('two sessions of a doctor never share time, also when they are published at once', async () => {
  const { doctor } = await care.doctor();
  const plan = { ...care.plan(), date: care.dayAfter(2), startTime: '08:00', slotMinutes: 60, slots: 3 };
  const publish = (startTime: string) =>
    care.services.scheduling.publish(doctor, { ...plan, startTime, idempotencyKey: randomUUID() });
  const attempts = ['08:00', '08:30', '09:00', '10:59'].map(publish);
  expect(await outcomes(attempts)).toEqual({ ok: 1, SCHEDULE_OVERLAPS: 3 });
  const fits = await outcomes([publish('14:00')]);
  expect(fits).toEqual({ ok: 1 });
  for (const [change, field] of [
    [{ startTime: '8:00' }, 'startTime'],
    [{ startTime: '23:00', slots: 3 }, 'slots'],
    [{ slots: 0 }, 'slots'],
    [{ capacityPerSlot: 101 }, 'capacityPerSlot'],
    [{ fee: 1_000_001 }, 'fee'],
    [{ date: care.dayAfter(-1) }, 'date'],
    [{ date: care.dayAfter(91) }, 'date'],
  ] as const) {
    const attempt = care.services.scheduling.publish(doctor, {
      ...plan,
      ...change,
      idempotencyKey: randomUUID(),
    });
    await expect(attempt, field).rejects.toMatchObject({ code: 'VALIDATION_FAILED', params: { field } });
  }
});

test('who is no doctor, or has no permission there, publishes nothing', async () => {
  const { actor } = care.patient();
  await expect(care.services.scheduling.publish(actor, care.plan())).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  const { doctor } = await care.doctor();
  const elsewhere = {
    ...doctor,
    grants: doctor.grants.map((each) => ({ ...each, scope: 'HOSPITAL' as const, scopeId: newId('hos') })),
  };
  const attempt = care.services.scheduling.publish(elsewhere, care.plan());
  await expect(attempt).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a retry gets the session that the first call published, also when the doctor may not practise any more', async () => {
  const { doctor, doctorId } = await care.doctor();
  const plan = { ...care.plan(), date: care.dayAfter(1) };
  const { id } = await care.services.scheduling.publish(doctor, plan);
  care.setPractising(doctor, null);
  expect((await care.services.scheduling.publish(doctor, plan)).id).toBe(id);
  care.setPractising(doctor, doctorId);
  care.ahead = 3 * 24 * 3_600_000;
  expect((await care.services.scheduling.publish(doctor, plan)).id).toBe(id);
  care.ahead = 0;
});
