import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { replayThenFollow } from '../../../shared/live/replay.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { OccurrenceStatus, type Reminder, ReminderOccurrence, ReminderStatus } from './reminder.entity.ts';
import type { CompleteReminderInput, SnoozeReminderInput } from './reminder.inputs.ts';
import { nextDue } from './reminder-schedule.ts';
import { assertOccurrenceMoves, stateByClock, stateWhenDue } from './reminder-states.ts';
import type { ReminderStore } from './reminder.store.ts';

const PAGE = 100;
const BATCH = 200;
/** How many times of one reminder are caught up with at once. */
const AT_ONCE = 50;
const CLOCK: Actor = { kind: 'service', name: 'users' };

/** The times at which reminders are due: made by the clock, once each, and what becomes of them. */
export class OccurrenceService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'wake' | 'now'>;
  readonly #store: ReminderStore;

  constructor(ground: Pick<Foundation, 'db' | 'audit' | 'wake' | 'now'>, store: ReminderStore) {
    this.#ground = ground;
    this.#store = store;
  }

  /**
   * Does what the clock asks for: writes down what has become due, brings back what was snoozed, tells what is overdue
   * or missed. Run twice, or by two at once, it does everything once. @returns how many reminders and occurrences it moved
   */
  async tick(): Promise<number> {
    const now = this.#ground.now();
    return (
      (await this.#each(
        () => this.#store.dueBy(now, BATCH),
        (tx, id) => this.#makeDue(tx, id, now),
      )) +
      (await this.#each(
        () => this.#store.changingBy(now, BATCH),
        (tx, id) => this.#moveOn(tx, id, now),
      ))
    );
  }

  /** @throws AppError NOT_FOUND, REMINDER_STATE, IDEMPOTENCY_KEY_REUSED */
  async complete(actor: Actor, { occurrenceId, idempotencyKey }: CompleteReminderInput): Promise<void> {
    const completion = { completedAt: this.#ground.now(), completedBy: actorId(actor), changesAt: null };
    await this.#move(
      actor,
      'completeReminder',
      { occurrenceId, idempotencyKey },
      {
        status: OccurrenceStatus.DONE,
        ...completion,
      },
    );
  }

  /** @throws AppError VALIDATION_FAILED, NOT_FOUND, REMINDER_STATE, IDEMPOTENCY_KEY_REUSED */
  async snooze(actor: Actor, input: SnoozeReminderInput): Promise<void> {
    const { minutes } = input;
    if (minutes < 5 || minutes > 240)
      throw new AppError('VALIDATION_FAILED', { field: 'minutes', reason: '5 – 240' });
    const changesAt = new Date(this.#ground.now().getTime() + minutes * 60_000);
    await this.#move(actor, 'snoozeReminder', input, { status: OccurrenceStatus.SNOOZED, changesAt });
  }

  /** What waits for an account after `afterSeq` first, then each that becomes due, in order. */
  follow(accountId: string, afterSeq: number): AsyncGenerator<ReminderOccurrence, void, undefined> {
    return replayThenFollow(this.#ground.wake, topicOf(accountId), afterSeq, (after) =>
      this.#store.waitingAfter(accountId, after, PAGE),
    );
  }

  async #move(
    actor: Actor,
    operation: string,
    input: CompleteReminderInput,
    change: Partial<ReminderOccurrence> & Pick<ReminderOccurrence, 'status'>,
  ): Promise<void> {
    const { idempotencyKey: key, ...body } = input;
    await this.#ground.db.transaction((tx) =>
      once(tx, { actor, operation, key, body, now: this.#ground.now() }, async () => {
        const occurrence = await this.#store.lockOccurrence(tx, input.occurrenceId);
        if (!occurrence) throw new AppError('NOT_FOUND', { what: 'ReminderOccurrence' });
        assertOccurrenceMoves(occurrence.status, change.status);
        await this.#store.changeOccurrence(tx, occurrence.id, change);
        await this.#record(tx, actor, occurrence, change.status);
        return occurrence.id;
      }),
    );
  }

  /** One transaction for each; one that fails does not stop the others, and is tried again with the next run. */
  async #each(find: () => Promise<string[]>, work: (tx: Tx, id: string) => Promise<void>): Promise<number> {
    let done = 0;
    for (;;) {
      const ids = await find();
      let failed = 0;
      for (const id of ids) {
        try {
          await this.#ground.db.transaction((tx) => work(tx, id));
          done += 1;
        } catch (error) {
          failed += 1;
          logger().warn({ err: error, id }, 'a reminder was not moved on');
        }
      }
      if (ids.length < BATCH || failed > 0) return done;
    }
  }

  async #makeDue(tx: Tx, id: string, now: Date): Promise<void> {
    const reminder = await this.#store.lock(tx, id);
    if (reminder?.status !== ReminderStatus.ACTIVE) return;
    const accountId = await this.#store.guardianOf(tx, reminder.patientId);
    let dueAt = reminder.nextDueAt;
    if (dueAt === null || dueAt > now) return;
    for (let count = 0; dueAt !== null && dueAt <= now && count < AT_ONCE; count += 1) {
      await this.#writeDown(tx, reminder, accountId, dueAt, now);
      dueAt = nextDue(reminder, dueAt);
    }
    const isOver = dueAt === null;
    await this.#store.change(tx, id, {
      nextDueAt: dueAt,
      ...(isOver && { status: ReminderStatus.ENDED, version: reminder.version + 1 }),
    });
  }

  async #writeDown(tx: Tx, reminder: Reminder, accountId: string, dueAt: Date, now: Date): Promise<void> {
    const { id: reminderId, patientId, kind } = reminder;
    // The unique key has the last word; the reminder is held, so nobody else makes one meanwhile.
    if (await this.#store.hasOccurrence(tx, reminderId, dueAt)) return;
    const state = stateWhenDue(kind, dueAt, now);
    const isDue = state.status === OccurrenceStatus.DUE;
    const occurrence = Object.assign(new ReminderOccurrence(), {
      id: newId('rmo'),
      reminderId,
      patientId,
      accountId,
      dueAt,
      ...state,
      // Nobody is told of what cannot be made up for any more.
      seq: isDue ? await this.#store.nextSeq(tx, accountId) : 0,
      completedAt: null,
      completedBy: null,
    });
    await this.#store.insertOccurrence(tx, occurrence);
    await this.#record(tx, CLOCK, occurrence, state.status);
    if (isDue) tx.afterCommit(() => this.#ground.wake.call(topicOf(accountId)));
  }

  async #moveOn(tx: Tx, id: string, now: Date): Promise<void> {
    const occurrence = await this.#store.lockOccurrence(tx, id);
    if (!occurrence?.changesAt || occurrence.changesAt > now) return;
    const { accountId, dueAt, status } = occurrence;
    const { kind } = await this.#store.plain(tx, occurrence.reminderId);
    const state = stateByClock(status, kind, dueAt, now);
    assertOccurrenceMoves(status, state.status);
    const isBack = state.status === OccurrenceStatus.DUE;
    const seq = isBack ? await this.#store.nextSeq(tx, accountId) : occurrence.seq;
    await this.#store.changeOccurrence(tx, id, { ...state, seq });
    await this.#record(tx, CLOCK, occurrence, state.status);
    if (isBack) tx.afterCommit(() => this.#ground.wake.call(topicOf(accountId)));
  }

  async #record(
    tx: Tx,
    actor: Actor,
    { id: occurrenceId, patientId }: ReminderOccurrence,
    status: OccurrenceStatus,
  ): Promise<void> {
    await this.#ground.audit.record(tx, {
      actor,
      action: 'reminder.occurrence',
      subjectType: 'Patient',
      subjectId: patientId,
      detail: { occurrenceId, status },
    });
  }
}

function topicOf(accountId: string): string {
  return `reminder:${accountId}`;
}
