import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { lockPatient } from '../patient/patient-lock.ts';
import { privateWords } from './private-words.ts';
import { OccurrenceStatus, Reminder, ReminderKind, ReminderStatus } from './reminder.entity.ts';
import type { ChangeReminderInput, CreateReminderInput, ReminderScheduleInput } from './reminder.inputs.ts';
import { MOST_EVERY_DAYS, nextDue, type Schedule, Weekday } from './reminder-schedule.ts';
import { assertReminderMoves } from './reminder-states.ts';
import type { ReminderStore } from './reminder.store.ts';

const MOST = 100;
const MOST_TIMES = 24;

type NewReminder = Pick<Reminder, 'patientId' | 'kind' | 'observationKind' | 'title' | 'note'> & Schedule;

/** Makes reminders, and lets them rest. Whether the actor may change the patient is decided before. */
export class ReminderService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'now'>;
  readonly #store: ReminderStore;
  readonly #fingerprint: BlindIndex;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'now'>,
    store: ReminderStore,
    fingerprint: BlindIndex,
  ) {
    this.#ground = ground;
    this.#store = store;
    this.#fingerprint = fingerprint;
  }

  /** @returns its identifier @throws AppError VALIDATION_FAILED, TOO_MANY_REMINDERS, IDEMPOTENCY_KEY_REUSED */
  async create(actor: Actor, input: CreateReminderInput): Promise<string> {
    const { patientId, kind, idempotencyKey: key } = input;
    const { db, now: clock } = this.#ground;
    const now = clock();
    const observationKind = input.observationKind ?? null;
    if ((kind === ReminderKind.MEASUREMENT) !== (observationKind !== null)) {
      throw new AppError('VALIDATION_FAILED', { field: 'observationKind', reason: ReminderKind.MEASUREMENT });
    }
    const reminder: NewReminder = {
      patientId,
      kind,
      observationKind,
      title: privateWords('title', input.title, 64),
      note: input.note ? privateWords('note', input.note, 200) : null,
      ...scheduleOf(input.schedule, businessDay(now)),
    };
    const body = { fingerprint: this.#fingerprint.of(canonical(input)) };
    return db.transaction((tx) =>
      once(tx, { actor, operation: 'createReminder', key, body, now }, async () => {
        await lockPatient(tx, patientId);
        if ((await this.#store.countOpen(tx, patientId)) >= MOST) {
          throw new AppError('TOO_MANY_REMINDERS', { most: MOST });
        }
        const id = await this.add(tx, actor, reminder);
        if (id === null) throw new AppError('VALIDATION_FAILED', { field: 'schedule', reason: 'past' });
        return id;
      }),
    );
  }

  /** Adds one within a change. @returns its identifier, null if it would never be due */
  async add(tx: Tx, actor: Actor, reminder: NewReminder): Promise<string | null> {
    const now = this.#ground.now();
    const nextDueAt = nextDue(reminder, now);
    if (nextDueAt === null) return null;
    const id = newId('rem');
    const state = { status: ReminderStatus.ACTIVE, nextDueAt, version: 1 };
    const made = { id, createdBy: actorId(actor), createdAt: now };
    await this.#store.insert(tx, Object.assign(new Reminder(), reminder, state, made));
    await this.#record(tx, actor, 'reminder.create', { id, patientId: reminder.patientId });
    return id;
  }

  /** @throws AppError NOT_FOUND, VERSION_CONFLICT, REMINDER_STATE */
  async move(
    actor: Actor,
    { reminderId, expectedVersion }: ChangeReminderInput,
    to: ReminderStatus.PAUSED | ReminderStatus.ACTIVE | ReminderStatus.CANCELLED,
  ): Promise<void> {
    await this.#ground.db.transaction(async (tx) => {
      const reminder = await this.#store.lock(tx, reminderId);
      if (!reminder) throw new AppError('NOT_FOUND', { what: 'Reminder' });
      if (reminder.version !== expectedVersion) throw new AppError('VERSION_CONFLICT');
      assertReminderMoves(reminder.status, to);
      const version = reminder.version + 1;
      if (to === ReminderStatus.ACTIVE) {
        // What fell into the pause is not made up for.
        const nextDueAt = nextDue(reminder, this.#ground.now());
        const status = nextDueAt === null ? ReminderStatus.ENDED : to;
        await this.#store.change(tx, reminderId, { status, nextDueAt, version });
        await this.#record(tx, actor, 'reminder.change', reminder, status);
        return;
      }
      await this.#store.change(tx, reminderId, { status: to, nextDueAt: null, version });
      if (to === ReminderStatus.CANCELLED) {
        const none = { completedAt: null, completedBy: null };
        await this.#store.closeOccurrences(tx, reminderId, { status: OccurrenceStatus.CANCELLED, ...none });
      }
      await this.#record(tx, actor, 'reminder.change', reminder, to);
    });
  }

  /** Ends one within a change, with what waits of it; one that is over stays as it is. */
  async end(
    tx: Tx,
    actor: Actor,
    reminderId: string,
    as: OccurrenceStatus.DONE | OccurrenceStatus.CANCELLED,
  ): Promise<void> {
    const reminder = await this.#store.lock(tx, reminderId);
    if (!reminder) return;
    const isDone = as === OccurrenceStatus.DONE;
    const completion = isDone
      ? { completedAt: this.#ground.now(), completedBy: actorId(actor) }
      : { completedAt: null, completedBy: null };
    await this.#store.closeOccurrences(tx, reminderId, { status: as, ...completion });
    if (![ReminderStatus.ACTIVE, ReminderStatus.PAUSED].includes(reminder.status)) return;
    const status = isDone ? ReminderStatus.ENDED : ReminderStatus.CANCELLED;
    await this.#store.change(tx, reminderId, { status, nextDueAt: null, version: reminder.version + 1 });
    await this.#record(tx, actor, 'reminder.change', reminder, status);
  }

  async #record(
    tx: Tx,
    actor: Actor,
    action: string,
    { id: reminderId, patientId }: Pick<Reminder, 'id' | 'patientId'>,
    status: ReminderStatus = ReminderStatus.ACTIVE,
  ): Promise<void> {
    const detail = { reminderId, status };
    await this.#ground.audit.record(tx, {
      actor,
      action,
      subjectType: 'Patient',
      subjectId: patientId,
      detail,
    });
  }
}

function scheduleOf(input: ReminderScheduleInput, today: string): Schedule {
  const refuse = (field: string, reason: string): never => {
    throw new AppError('VALIDATION_FAILED', { field: `schedule.${field}`, reason });
  };
  const { everyDays } = input;
  const times = [...new Set(input.times)].sort();
  const daysOfWeek = Object.values(Weekday).filter((day) => input.daysOfWeek?.includes(day));
  const from = input.from ?? today;
  const until = input.until ?? null;
  const isOfClock = times.every((time) => /^([01]\d|2[0-3]):[0-5]\d$/.test(time));
  if (times.length < 1 || times.length > MOST_TIMES || !isOfClock)
    refuse('times', `HH:mm, 1 – ${MOST_TIMES}`);
  if (everyDays < 1 || everyDays > MOST_EVERY_DAYS) refuse('everyDays', `1 – ${MOST_EVERY_DAYS}`);
  if (everyDays > 1 && daysOfWeek.length > 0) refuse('everyDays', 'daysOfWeek');
  if (from > '9000-01-01' || from < '2000-01-01') refuse('from', '2000-01-01 – 9000-01-01');
  if (until !== null && until < from) refuse('until', `≥ ${from}`);
  return { times, daysOfWeek, everyDays, from, until };
}
