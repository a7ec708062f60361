import { type Actor, holds } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { Department } from '../department/department.entity.ts';
import type { KnownDoctor, People } from '../external/users.client.ts';
import { Hospital } from '../hospital/hospital.entity.ts';
import type { Practice } from '../practice/practice.entity.ts';
import type { PracticeStore } from '../practice/practice.store.ts';
import type { Schedule } from './schedule.entity.ts';
import type { PublishScheduleInput } from './schedule.inputs.ts';
import type { ScheduleStore } from './schedule.store.ts';
import { layOut, type SessionPlan, spanOf } from './session-plan.ts';

export class ScheduleService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'now'>;
  readonly #schedules: ScheduleStore;
  readonly #practices: PracticeStore;
  readonly #people: People;

  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'now'>,
    schedules: ScheduleStore,
    practices: PracticeStore,
    people: People,
  ) {
    this.#ground = ground;
    this.#schedules = schedules;
    this.#practices = practices;
    this.#people = people;
  }

  /**
   * Publishes a session of the calling doctor, at the place where the doctor practises.
   * @throws AppError VALIDATION_FAILED, FORBIDDEN for who is no doctor or may not there, NO_PRACTICE,
   *   SCHEDULE_OVERLAPS, IDEMPOTENCY_KEY_REUSED, UNAVAILABLE
   */
  async publish(actor: Actor, input: PublishScheduleInput): Promise<Schedule> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const { idempotencyKey: key, ...body } = input;
    const plan = { ...body, feeFen: body.fee };
    const now = this.#ground.now();
    const { db } = this.#ground;
    const call = { actor, operation: 'publishSchedule', key, body, now };
    const id = await unlessAnswered(db, call, async () => {
      spanOf(plan, now);
      const doctor = await this.#people.doctorOfAccount(actor.accountId);
      if (!doctor) throw new AppError('FORBIDDEN');
      return db.transaction((tx) => once(tx, call, () => this.#publish(tx, actor, doctor, plan, now)));
    });
    return this.#schedules.latest(id);
  }

  async #publish(tx: Tx, actor: Actor, doctor: KnownDoctor, plan: SessionPlan, now: Date): Promise<string> {
    // Held to the end: of two sessions published at once the second one sees the first.
    const practice = await this.#practiceOf(tx, doctor);
    if (practice?.departmentId == null) throw new AppError('NO_PRACTICE');
    const { hospitalId, departmentId } = practice;
    if (!holds(actor, 'schedule.publish', { hospitalId, departmentId })) {
      throw new AppError('FORBIDDEN');
    }
    const { startsAt, endsAt } = spanOf(plan, now);
    if (await this.#schedules.isBusy(tx, doctor.id, startsAt, endsAt))
      throw new AppError('SCHEDULE_OVERLAPS');
    const place = { doctorId: doctor.id, doctorAccountId: doctor.accountId, hospitalId, departmentId };
    const { schedule, slots } = layOut(plan, place, now, newId);
    await this.#schedules.insert(tx, schedule, slots);
    await this.#ground.audit.record(tx, {
      actor,
      action: 'schedule.publish',
      subjectType: 'schedule',
      subjectId: schedule.id,
      detail: {
        day: plan.date,
        slots: plan.slots,
        capacityPerSlot: plan.capacityPerSlot,
        feeFen: plan.feeFen,
      },
    });
    return schedule.id;
  }

  /** Where the doctor practises: at first where the licence is registered. */
  async #practiceOf(
    tx: Tx,
    { id: doctorId, hospitalId, departmentId }: KnownDoctor,
  ): Promise<Practice | null> {
    const known = await this.#practices.lock(tx, doctorId);
    if (known || hospitalId == null || departmentId == null) return known;
    const isPlace =
      (await tx.manager.existsBy(Hospital, { id: hospitalId })) &&
      (await tx.manager.existsBy(Department, { id: departmentId }));
    if (!isPlace) return null;
    await this.#practices.begin(tx, { doctorId, hospitalId, departmentId });
    return this.#practices.lock(tx, doctorId);
  }
}
