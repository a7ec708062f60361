import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { ObservationKind } from '../observation/observation-kinds.ts';
import { OccurrenceStatus } from '../reminder/reminder.entity.ts';
import type { ReminderService } from '../reminder/reminder.service.ts';
import { type FollowUpItem, FollowUpItemStatus, FollowUpPlanStatus } from './follow-up.entity.ts';
import { assertItemMoves, canPlanMove } from './follow-up-states.ts';
import type { FollowUpStore } from './follow-up.store.ts';

interface Seen {
  readonly id: string;
  readonly kind: ObservationKind;
  readonly takenAt: Date;
}

/** How items of plans are done, and undone. The caller holds the patient, so that nothing changes meanwhile. */
export class FollowUpProgress {
  readonly #store: FollowUpStore;
  readonly #reminders: ReminderService;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(store: FollowUpStore, reminders: ReminderService, audit: Audit, now: () => Date) {
    this.#store = store;
    this.#reminders = reminders;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Each measurement does one item of its kind: of those that its day has reached, the one that was reached last. So
   * one measurement does not make up for weeks without one.
   */
  async observed(tx: Tx, actor: Actor, patientId: string, observations: readonly Seen[]): Promise<void> {
    const kinds = [...new Set(observations.map(({ kind }) => kind))];
    if (kinds.length === 0) return;
    const pending = await this.#store.pendingMeasurements(tx, patientId, kinds);
    const inTime = observations.toSorted((a, b) => a.takenAt.getTime() - b.takenAt.getTime());
    for (const { id, kind, takenAt } of inTime) {
      const day = businessDay(takenAt);
      const place = pending.findIndex((item) => item.observationKind === kind && item.dueFrom <= day);
      const [item] = place < 0 ? [] : pending.splice(place, 1);
      if (item) await this.done(tx, actor, item, id);
    }
  }

  /** What an observation fulfilled that was taken back is open again; its reminder has gone. */
  async withdrawn(tx: Tx, actor: Actor, patientId: string, observationId: string): Promise<void> {
    for (const item of await this.#store.fulfilledBy(tx, patientId, observationId)) {
      assertItemMoves(item.status, FollowUpItemStatus.PENDING);
      const nothing = { observationId: null, completedAt: null, completedBy: null };
      await this.#store.changeItem(tx, item, { status: FollowUpItemStatus.PENDING, ...nothing });
      await this.#record(tx, actor, item, FollowUpItemStatus.PENDING);
      await this.#movePlan(tx, item.planId, FollowUpPlanStatus.OPEN);
    }
  }

  /** @throws AppError FOLLOW_UP_STATE */
  async done(tx: Tx, actor: Actor, item: FollowUpItem, observationId: string | null): Promise<void> {
    assertItemMoves(item.status, FollowUpItemStatus.DONE);
    await this.#store.changeItem(tx, item, {
      status: FollowUpItemStatus.DONE,
      observationId,
      completedAt: this.#now(),
      completedBy: actorId(actor),
    });
    if (item.reminderId !== null)
      await this.#reminders.end(tx, actor, item.reminderId, OccurrenceStatus.DONE);
    await this.#record(tx, actor, item, FollowUpItemStatus.DONE);
    const waiting = await this.#store.pendingOf(tx, item.planId);
    if (waiting.length === 0) await this.#movePlan(tx, item.planId, FollowUpPlanStatus.COMPLETED);
  }

  async cancel(tx: Tx, actor: Actor, item: FollowUpItem): Promise<void> {
    assertItemMoves(item.status, FollowUpItemStatus.CANCELLED);
    await this.#store.changeItem(tx, item, { status: FollowUpItemStatus.CANCELLED });
    if (item.reminderId !== null)
      await this.#reminders.end(tx, actor, item.reminderId, OccurrenceStatus.CANCELLED);
    await this.#record(tx, actor, item, FollowUpItemStatus.CANCELLED);
  }

  async #movePlan(tx: Tx, planId: string, status: FollowUpPlanStatus): Promise<void> {
    const plan = await this.#store.plan(tx, planId);
    if (plan && canPlanMove(plan.status, status)) await this.#store.changePlan(tx, plan, { status });
  }

  async #record(
    tx: Tx,
    actor: Actor,
    { id: itemId, planId, patientId }: FollowUpItem,
    status: FollowUpItemStatus,
  ): Promise<void> {
    await this.#audit.record(tx, {
      actor,
      action: 'follow_up.item',
      subjectType: 'Patient',
      subjectId: patientId,
      detail: { itemId, planId, status },
    });
  }
}
