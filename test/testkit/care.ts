import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { z } from 'zod';
import type { Actor } from '../../shared/context/actor.ts';
import { addDays, businessDay } from '../../shared/clock/business-day.ts';
import { loadConfig } from '../../shared/config/config.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { EventOf } from '../../shared/events/event.ts';
import { type Foundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import type { Appointment } from '../../subgraphs/care/appointment/appointment.entity.ts';
import {
  type BookingLimitValues,
  bookingLimitVariables,
} from '../../subgraphs/care/appointment/booking-limits.ts';
import { type BookingServices, wireBooking } from '../../subgraphs/care/appointment/booking.wiring.ts';
import { ConsultationStore } from '../../subgraphs/care/consultation/consultation.store.ts';
import { database } from '../../subgraphs/care/datasource.ts';
import type { PayableClosing } from '../../subgraphs/care/external/pharmacy.client.ts';
import type { People } from '../../subgraphs/care/external/users.client.ts';
import { HospitalStore } from '../../subgraphs/care/hospital/hospital.store.ts';
import { Practice } from '../../subgraphs/care/practice/practice.entity.ts';
import { PracticeStore } from '../../subgraphs/care/practice/practice.store.ts';
import type { Schedule } from '../../subgraphs/care/schedule/schedule.entity.ts';
import type { PublishScheduleInput } from '../../subgraphs/care/schedule/schedule.inputs.ts';
import type { Slot } from '../../subgraphs/care/schedule/slot.entity.ts';
import { loadReference } from '../../subgraphs/care/seed/reference.ts';
import { OwnConsents } from './own-consents.ts';
import { licenceRow } from './licence-row.ts';
import { ownSchema } from './own-schema.ts';
import { benchEnvironment } from './platform.ts';
import { asAdministrator } from './rows.ts';

export type AccountActor = Extract<Actor, { kind: 'account' }>;

const USUAL_LIMITS = z.object(bookingLimitVariables).parse({});

/** A session to publish. */
type Plan = Omit<PublishScheduleInput, never>;

export interface Session {
  readonly doctor: AccountActor;
  readonly doctorId: string;
  readonly schedule: Schedule;
  readonly slots: Slot[];
}

/** An account with permissions for the whole platform. */
export function account(permissions: string[] = [], accountId = newId('acc')): AccountActor {
  const grants = [{ role: 'TEST', permissions, scope: 'PLATFORM' as const, scopeId: '' }];
  return { kind: 'account', accountId, sessionId: newId('ses'), grants };
}

/** The booking of care on the platform's database, with people and a clock of the test's own. */
export class CareBench {
  readonly foundation: Foundation;
  readonly services: BookingServices;
  readonly close: () => Promise<void>;
  /** Patient → account, and account → doctor. */
  readonly #patients = new Map<string, string>();
  readonly #doctors = new Map<string, string>();
  /** How far the clock of the test is ahead, ms: never behind, since the platform's own job ends what is over. */
  ahead = 0;
  areUsersDown = false;
  readonly consents = new OwnConsents(() => this.areUsersDown);
  /** What pharmacy says of appointments that are to be ended unpaid. */
  closePayable: (id: string) => Promise<PayableClosing> = async () => ({ outcome: 'CLOSED' });

  private constructor(
    foundation: Foundation,
    close: () => Promise<void>,
    limits: Partial<BookingLimitValues> = {},
  ) {
    this.foundation = { ...foundation, now: () => new Date(Date.now() + this.ahead) };
    this.close = close;
    const { db } = foundation;
    const people: People = {
      patientOf: async (id) => {
        if (this.areUsersDown) throw new AppError('UNAVAILABLE', { service: 'users' });
        const accountId = this.#patients.get(id);
        return accountId === undefined ? null : { id, accountId };
      },
      doctorOfAccount: async (accountId) => {
        if (this.areUsersDown) throw new AppError('UNAVAILABLE', { service: 'users' });
        const id = this.#doctors.get(accountId);
        return id === undefined ? null : { id, accountId };
      },
    };
    this.services = wireBooking(this.foundation, {
      hospitals: new HospitalStore(db),
      practices: new PracticeStore(db),
      consultations: new ConsultationStore(db),
      people,
      consents: this.consents.check,
      limits: { ...USUAL_LIMITS, ...limits },
      payableClosings: { closePayable: (id) => this.closePayable(id) },
    });
  }

  /** @param limits those of an account that are not the usual ones */
  static async open(limits: Partial<BookingLimitValues> = {}): Promise<CareBench> {
    const config = loadConfig('care', benchEnvironment(inject('platformDir')));
    const { foundation, close } = await layFoundation(config, database);
    return new CareBench(foundation, close, limits);
  }

  /** On care's tables for one test file alone: whoever moves the clock there ends no hold of others. */
  static async openAlone(): Promise<CareBench> {
    const { env, drop } = await ownSchema('care');
    const { foundation, close } = await layFoundation(loadConfig('care', env), database);
    await loadReference(foundation.db);
    return new CareBench(foundation, async () => {
      await close();
      await drop();
    });
  }

  /** Takes a doctor's right to practise away, or gives it back by its identifier. */
  setPractising({ accountId }: AccountActor, doctorId: string | null): void {
    if (doctorId === null) this.#doctors.delete(accountId);
    else this.#doctors.set(accountId, doctorId);
  }

  /** Somebody with a patient. */
  patient(): { actor: AccountActor; patientId: string } {
    const actor = account();
    return { actor, patientId: this.patientOf(actor) };
  }

  patientOf(actor: AccountActor): string {
    const patientId = newId('pat');
    this.#patients.set(patientId, actor.accountId);
    return patientId;
  }

  /**
   * A doctor whom nobody else has, who practises cardiology in the first hospital. Users knows the name, since whoever
   * lists slots sees those of this one among them.
   */
  async doctor(): Promise<{ doctor: AccountActor; doctorId: string }> {
    const doctor = account(['schedule.publish', 'queue.call', 'record.write']);
    const doctorId = newId('doc');
    this.#doctors.set(doctor.accountId, doctorId);
    await asAdministrator(async (connection) => {
      await connection.query(
        'INSERT INTO yey_users.account (id, display_name, created_at) VALUES (?, ?, NOW(3))',
        [doctor.accountId, '测试医生'],
      );
      await connection.query(
        'INSERT INTO yey_users.doctor (id, account_id, name, title, specialties) VALUES (?, ?, ?, ?, ?)',
        [doctorId, doctor.accountId, '测试医生', 'ATTENDING', '测试'],
      );
    });
    const hospitalId = stableId('hos', 'H001');
    const departmentId = stableId('dep', '03.04');
    const { accountId } = doctor;
    await licenceRow({ accountId, name: '测试医生', institutionId: hospitalId, departmentId });
    await this.foundation.db.transaction(async ({ manager }) => {
      await manager.insert(Practice, { doctorId, hospitalId, departmentId });
    });
    return { doctor, doctorId };
  }

  /** A session of a new doctor that goes on all day: today's, where nothing else is said. */
  async session(plan: Partial<Plan> = {}): Promise<Session> {
    const { doctor, doctorId } = await this.doctor();
    const schedule = await this.services.scheduling.publish(doctor, { ...this.plan(), ...plan });
    const slots = await this.foundation.db.readPrimary((manager) =>
      manager
        .createQueryBuilder<Slot>('slot', 'slot')
        .where({ scheduleId: schedule.id })
        .orderBy('slot.startsAt')
        .getMany(),
    );
    return { doctor, doctorId, schedule, slots };
  }

  plan(): Plan {
    return {
      date: businessDay(this.foundation.now()),
      startTime: '00:00',
      slotMinutes: 240,
      slots: 6,
      capacityPerSlot: 3,
      fee: 2000,
      idempotencyKey: randomUUID(),
    };
  }

  /** The day that is so many days after today. */
  dayAfter(days: number): string {
    return addDays(businessDay(this.foundation.now()), days);
  }

  async book(
    { actor, patientId }: { actor: AccountActor; patientId: string },
    slot: Slot,
  ): Promise<Appointment> {
    return this.services.bookings.book(actor, {
      slotId: slot.id,
      patientId,
      idempotencyKey: randomUUID(),
    });
  }

  /** What pharmacy tells of a payment, handled as the consumer of its facts does. @returns the payment */
  async pay(
    appointment: Pick<Appointment, 'id' | 'accountId' | 'feeFen'>,
    paymentId = newId('pay'),
    paidAt = this.foundation.now(),
  ): Promise<string> {
    await this.handle('payment.succeeded', {
      paymentId,
      payableType: 'APPOINTMENT',
      payableId: appointment.id,
      payerAccountId: appointment.accountId,
      amountFen: appointment.feeFen,
      paidAt: paidAt.toISOString(),
    });
    return paymentId;
  }

  async handle<T extends 'payment.succeeded' | 'payment.refunded'>(
    type: T,
    payload: EventOf<T>['payload'],
  ): Promise<void> {
    const event = {
      id: newId('evt'),
      seq: 1,
      type,
      version: 1,
      aggregateType: 'payment',
      aggregateId: payload.paymentId,
      aggregateVersion: 1,
      occurredAt: this.foundation.now(),
      actor: 'service:pharmacy',
      requestId: 'test',
      traceparent: '',
      payload,
    } as EventOf<T>;
    const handler = this.services.payments.handlers[type];
    await this.foundation.db.transaction(async (tx) => handler?.(tx, event));
  }

  async booked(slot: Slot): Promise<number> {
    const [row] = await this.rows<{ booked: number }>('SELECT booked FROM slot WHERE id = ?', [slot.id]);
    return row?.booked ?? -1;
  }

  async rows<T>(sql: string, parameters: unknown[]): Promise<T[]> {
    return this.foundation.db.readPrimary((manager) => manager.query<T[]>(sql, parameters));
  }

  /** The facts told of something, in the order of their numbers, once all have one. */
  async facts(
    aggregateId: string,
  ): Promise<{ type: string; seq: number; payload: Record<string, unknown> }[]> {
    const rows = await this.rows<{ type: string; seq: string | null; payload: string }>(
      'SELECT type, seq, payload FROM outbox_event WHERE aggregateid = ? ORDER BY seq IS NULL, seq, aggregate_version, id',
      [aggregateId],
    );
    return rows.map(({ type, seq, payload }) => ({
      type,
      seq: Number(seq ?? 0),
      payload: JSON.parse(payload) as Record<string, unknown>,
    }));
  }
}

/** How each of several attempts ended: `ok`, or the code of its error. */
export async function outcomes(attempts: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const each of await Promise.allSettled(attempts)) {
    const code =
      each.status === 'fulfilled' ? 'ok' : String((each.reason as { code?: string }).code ?? each.reason);
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** The first of some that must be there. */
export function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('there is none');
  return item;
}
