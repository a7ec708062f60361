import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instantOf } from '../../shared/clock/business-day.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import type { Slot } from '../../subgraphs/care/schedule/slot.entity.ts';
import { type AccountActor, CareBench } from '../testkit/care.ts';
import { asAdministrator } from '../testkit/rows.ts';

let care: CareBench;
beforeAll(async () => {
  care = await CareBench.open();
});
afterAll(() => care.close());

const HERE = stableId('hos', 'H001');
const AWAY = stableId('hos', 'H002');

/** Moves the clock of the test to a time of the day that is so many days after today. */
function goTo(days: number, time: string): void {
  care.ahead = 0;
  care.ahead = instantOf(care.dayAfter(days), time).getTime() - Date.now();
}

/** The first slot of a session of four hour slots. */
async function firstSlot(scheduleId: string): Promise<Slot> {
  return care.foundation.db.readPrimary((manager) =>
    manager
      .createQueryBuilder<Slot>('slot', 'slot')
      .where({ scheduleId })
      .orderBy('slot.startsAt')
      .getOneOrFail(),
  );
}

/** Somebody who is booked. */
async function booked(slot: Slot) {
  const who = care.patient();
  return { ...who, appointment: await care.book(who, slot) };
}

const checkIn = async ({ actor, appointment }: Awaited<ReturnType<typeof booked>>) =>
  care.services.checkIns.checkIn(actor, { appointmentId: appointment.id, idempotencyKey: randomUUID() });

const callNext = async (doctor: AccountActor) =>
  care.services.calls.next(doctor, { idempotencyKey: randomUUID() });

/** The same doctor with a role for some hospitals alone. */
function only(doctor: AccountActor, ...hospitalIds: string[]): AccountActor {
  const permissions = ['queue.call', 'record.write'];
  return {
    ...doctor,
    grants: hospitalIds.map((scopeId) => ({ role: 'DOCTOR', permissions, scope: 'HOSPITAL', scopeId })),
  };
}

/** Others who wait in the same session behind somebody, put in as rows. */
async function crowd(count: number, appointmentId: string, scheduleId: string): Promise<void> {
  await asAdministrator(async (connection) => {
    const columns = `slot_id, schedule_id, doctor_id, doctor_account_id, account_id, hospital_id, department_id, status,
      version, fee_fen, starts_at, booked_at`;
    for (let index = 0; index < count; index += 1) {
      const id = newId('apt');
      await connection.query(
        `INSERT INTO yey_care.appointment (id, patient_id, ${columns})
         SELECT ?, ?, ${columns} FROM yey_care.appointment WHERE id = ?`,
        [id, newId('pat'), appointmentId],
      );
      await connection.query(
        `INSERT INTO yey_care.queue_ticket
           (id, schedule_id, appointment_id, account_id, doctor_account_id, number, status, issued_at)
         SELECT ?, schedule_id, ?, account_id, doctor_account_id, number + ?, status, issued_at
         FROM yey_care.queue_ticket WHERE appointment_id = ?`,
        [newId('qtk'), id, index + 1, appointmentId],
      );
    }
    await connection.query('UPDATE yey_care.schedule SET last_ticket = ? WHERE id = ?', [
      count + 1,
      scheduleId,
    ]);
  });
}

test('those who wait where the doctor may not act stand in nobody’s way', async () => {
  const { doctor, doctorId, slots } = await care.session({ date: care.dayAfter(2), fee: 0 });
  await asAdministrator((connection) =>
    connection.query('UPDATE yey_care.practice SET hospital_id = ? WHERE doctor_id = ?', [AWAY, doctorId]),
  );
  const away = await care.services.scheduling.publish(doctor, {
    ...care.plan(),
    date: care.dayAfter(1),
    fee: 0,
  });
  const earlier = await booked(await firstSlot(away.id));
  const own = await booked(slots[0] as Slot);
  goTo(1, '23:00');
  const ahead = await checkIn(earlier);
  await crowd(100, earlier.appointment.id, away.id);
  goTo(2, '00:30');
  await checkIn(own);

  const here = only(doctor, HERE);
  await expect(callNext(only(doctor))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  care.consents.withdraw(own.patientId);
  await expect(callNext(here)).rejects.toMatchObject({ code: 'CONSENT_NEEDED' });
  care.consents.give(own.patientId);
  expect(await callNext(here)).toMatchObject({ patientId: own.patientId, hospitalId: HERE });
  expect(await callNext(here)).toBeNull();
  expect(await care.services.queue.current(ahead.id)).toMatchObject({ status: 'WAITING' });
  expect(await callNext(only(doctor, HERE, AWAY))).toMatchObject({
    patientId: earlier.patientId,
    hospitalId: AWAY,
  });
});
