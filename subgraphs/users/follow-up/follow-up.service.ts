import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { lockPatient } from '../patient/patient-lock.ts';
import { privateWords } from '../reminder/private-words.ts';
import { ReminderKind } from '../reminder/reminder.entity.ts';
import type { ReminderService } from '../reminder/reminder.service.ts';
import {
  FollowUpItem,
  FollowUpItemKind,
  FollowUpItemStatus,
  FollowUpPlan,
  FollowUpPlanStatus,
} from './follow-up.entity.ts';
import type {
  CancelFollowUpPlanInput,
  CompleteFollowUpItemInput,
  CreateFollowUpPlanInput,
  FollowUpItemInput,
} from './follow-up.inputs.ts';
import type { FollowUpProgress } from './follow-up.progress.ts';
import { assertPlanMoves } from './follow-up-states.ts';
import type { FollowUpStore } from './follow-up.store.ts';

const MOST_PLANS = 20;
const MOST_ITEMS = 50;

interface Parts {
  readonly store: FollowUpStore;
  readonly progress: FollowUpProgress;
  readonly reminders: ReminderService;
  /** Tells the bodies of calls apart without a hash that could be guessed. */
  readonly fingerprint: BlindIndex;
}

type Checked = Pick<FollowUpItem, 'kind' | 'observationKind' | 'text' | 'dueOn' | 'dueFrom'> & {
  readonly remindAt: string;
};

/** Makes plans and ends them. Whether the actor may change the patient is decided before. */
export class FollowUpService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'now'>;
  readonly #parts: Parts;

  constructor(ground: Pick<Foundation, 'db' | 'audit' | 'now'>, parts: Parts) {
    this.#ground = ground;
    this.#parts = parts;
  }

  /**
   * Makes a plan, with a reminder for each item on its day.
   * @returns its identifier @throws AppError VALIDATION_FAILED, TOO_MANY_FOLLOW_UPS, IDEMPOTENCY_KEY_REUSED
   */
  async create(actor: Actor, input: CreateFollowUpPlanInput): Promise<string> {
    const { patientId, idempotencyKey: key } = input;
    const { db, audit, now: clock } = this.#ground;
    const { store, fingerprint } = this.#parts;
    const now = clock();
    const title = privateWords('title', input.title, 64);
    if (input.items.length < 1 || input.items.length > MOST_ITEMS) {
      throw new AppError('VALIDATION_FAILED', { field: 'items', reason: `1 – ${MOST_ITEMS}` });
    }
    const items = input.items.map((item) => checked(item, businessDay(now)));
    const body = { fingerprint: fingerprint.of(canonical(input)) };
    return db.transaction((tx) =>
      once(tx, { actor, operation: 'createFollowUpPlan', key, body, now }, async () => {
        await lockPatient(tx, patientId);
        if ((await store.countOpen(tx, patientId)) >= MOST_PLANS) {
          throw new AppError('TOO_MANY_FOLLOW_UPS', { most: MOST_PLANS });
        }
        const id = newId('fup');
        const made = { id, patientId, createdBy: actorId(actor), createdAt: now };
        const state = { title, status: FollowUpPlanStatus.OPEN, version: 1 };
        const plan = Object.assign(new FollowUpPlan(), made, state);
        const rows: FollowUpItem[] = [];
        for (const item of items) rows.push(await this.#item(tx, actor, plan, item));
        await store.insert(tx, plan, rows);
        await audit.record(tx, {
          actor,
          action: 'follow_up.create',
          subjectType: 'Patient',
          subjectId: patientId,
          detail: { planId: id, items: rows.length },
        });
        return id;
      }),
    );
  }

  /** Cancels what waits of a plan. @throws AppError NOT_FOUND, VERSION_CONFLICT, FOLLOW_UP_STATE */
  async cancel(
    actor: Actor,
    patientId: string,
    { planId, expectedVersion }: CancelFollowUpPlanInput,
  ): Promise<void> {
    const { store, progress } = this.#parts;
    await this.#ground.db.transaction(async (tx) => {
      await lockPatient(tx, patientId);
      const plan = await store.plan(tx, planId);
      if (!plan) throw new AppError('NOT_FOUND', { what: 'FollowUpPlan' });
      if (plan.version !== expectedVersion) throw new AppError('VERSION_CONFLICT');
      assertPlanMoves(plan.status, FollowUpPlanStatus.CANCELLED);
      for (const item of await store.pendingOf(tx, planId)) await progress.cancel(tx, actor, item);
      await store.changePlan(tx, plan, { status: FollowUpPlanStatus.CANCELLED });
      await this.#ground.audit.record(tx, {
        actor,
        action: 'follow_up.cancel',
        subjectType: 'Patient',
        subjectId: patientId,
        detail: { planId },
      });
    });
  }

  /** An item is done by hand. @throws AppError NOT_FOUND, VERSION_CONFLICT, FOLLOW_UP_STATE */
  async complete(
    actor: Actor,
    patientId: string,
    { itemId, expectedVersion }: CompleteFollowUpItemInput,
  ): Promise<void> {
    const { store, progress } = this.#parts;
    await this.#ground.db.transaction(async (tx) => {
      await lockPatient(tx, patientId);
      const item = await store.item(tx, itemId);
      if (!item) throw new AppError('NOT_FOUND', { what: 'FollowUpItem' });
      if (item.version !== expectedVersion) throw new AppError('VERSION_CONFLICT');
      await progress.done(tx, actor, item, null);
    });
  }

  async #item(
    tx: Tx,
    actor: Actor,
    { id: planId, patientId, createdBy }: FollowUpPlan,
    { remindAt, ...item }: Checked,
  ): Promise<FollowUpItem> {
    const reminderId = await this.#parts.reminders.add(tx, actor, {
      patientId,
      kind: ReminderKind.FOLLOW_UP,
      observationKind: item.observationKind,
      title: item.text,
      note: null,
      times: [remindAt],
      daysOfWeek: [],
      everyDays: 1,
      from: item.dueOn,
      until: item.dueOn,
    });
    const state = {
      status: FollowUpItemStatus.PENDING,
      observationId: null,
      completedAt: null,
      completedBy: null,
    };
    const of = { id: newId('fui'), planId, patientId, createdBy, reminderId, version: 1 };
    return Object.assign(new FollowUpItem(), item, state, of);
  }
}

function checked(input: FollowUpItemInput, today: string): Checked {
  const { kind, dueOn, remindAt } = input;
  const observationKind = input.observationKind ?? null;
  const dueFrom = input.dueFrom ?? dueOn;
  const refuse = (field: string, reason: string): never => {
    throw new AppError('VALIDATION_FAILED', { field: `items.${field}`, reason });
  };
  if ((kind === FollowUpItemKind.MEASUREMENT) !== (observationKind !== null)) {
    refuse('observationKind', FollowUpItemKind.MEASUREMENT);
  }
  if (dueOn < today || dueOn > '9000-01-01') refuse('dueOn', `≥ ${today}`);
  if (dueFrom > dueOn) refuse('dueFrom', `≤ ${dueOn}`);
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(remindAt)) refuse('remindAt', 'HH:mm');
  return {
    kind,
    observationKind,
    text: privateWords('items.text', input.text, 200),
    dueOn,
    dueFrom,
    remindAt,
  };
}
