import { type Actor, holds } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { KnownDoctor, People } from '../external/users.client.ts';
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
    spanOf(plan, now);
    const doctor = await this.#people.doctorOfAccount(actor.accountId);
    if (!doctor) throw new AppError('FORBIDDEN');
    return this.#ground.db.transaction(async (tx) => {
      const call = { actor, operation: 'publishSchedule', key, body, now };
      const id = await once(tx, call, () => this.#publish(tx, actor, doctor, plan, now));
      return this.#schedules.get(tx, id);
    });
  }

  async #publish(tx: Tx, actor: Actor, doctor: KnownDoctor, plan: SessionPlan, now: Date): Promise<string> {
    // Held to the end: of two sessions published at once the second one sees the first.
    const practice = await this.#practices.lock(tx, doctor.id);
    if (practice?.departmentId == null) throw new AppError('NO_PRACTICE');
    const { hospitalId, departmentId } = practice;
    if (![hospitalId, departmentId].some((scope) => holds(actor, 'schedule.publish', scope))) {
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
}
