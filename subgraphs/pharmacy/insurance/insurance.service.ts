import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { InsuranceAnswerLost, type InsurancePlugin, InsuranceRefused } from './insurance-plugin.ts';
import type { InsuranceSplit } from './insurance-plugin.ts';
import { InsuranceSettlement, SettlementStatus } from './insurance-settlement.entity.ts';
import type { InsuranceStore } from './insurance.store.ts';

const { OPEN, SETTLING, SETTLED, COMPENSATING, FAILED, REVERSING, REVERSED } = SettlementStatus;

/** From where each state may be reached. What was asked of the insurer ends settled, failed or reversed, never in doubt. */
const FROM: Readonly<Record<SettlementStatus, readonly SettlementStatus[]>> = {
  [OPEN]: [COMPENSATING],
  [SETTLING]: [OPEN],
  [SETTLED]: [SETTLING],
  [COMPENSATING]: [SETTLING],
  [FAILED]: [OPEN, SETTLING, COMPENSATING],
  [REVERSING]: [SETTLING, SETTLED],
  [REVERSED]: [REVERSING],
};

const TRIES = 2;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 600_000;
/** After so long nobody is at work on it any more: a call to the insurer takes five seconds at most. */
const STALE_MS = 60_000;
const BATCH = 50;

const INSURER: Actor = { kind: 'service', name: 'insurer' };

/** What a settlement is for, and who wants to know of it. */
export interface Settled {
  /** Holds the order; false when it does not wait for the settlement any more. */
  lock(tx: Tx): Promise<boolean>;
  /** Takes the amounts over. */
  apply(tx: Tx, split: InsuranceSplit): Promise<void>;
}

export interface Insured {
  readonly certNo: string;
  readonly name: string;
}

/**
 * Settles with the insurer before the person is charged. Each step is written down before it is taken, so that a lost
 * answer or a process that dies is found and undone: nothing that the insurer may have done is ever forgotten.
 */
export class InsuranceService {
  readonly #db: Db;
  readonly #store: InsuranceStore;
  readonly #plugin: InsurancePlugin;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(db: Db, store: InsuranceStore, plugin: InsurancePlugin, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#plugin = plugin;
    this.#audit = audit;
    this.#now = now;
  }

  /** Writes down that an order is to be settled, in the transaction that makes the order. */
  async open(
    tx: Tx,
    order: { orderId: string; accountId: string; pharmacyId: string; totalFen: number },
  ): Promise<void> {
    const now = this.#now();
    await this.#store.insert(
      tx,
      Object.assign(new InsuranceSettlement(), {
        id: newId('ins'),
        ...order,
        status: OPEN,
        personNo: null,
        messageId: null,
        settlementNo: null,
        fundFen: 0,
        personalFen: order.totalFen,
        reason: null,
        attempts: 0,
        touchedAt: now,
        nextTryAt: now,
        settledAt: null,
      }),
    );
  }

  /**
   * Settles; an answer that is lost is compensated, and then it is tried once more.
   * @returns where it stands then: SETTLED, FAILED with a reason (none where the insurer could not be reached), or as
   *   another call at work on it has it
   */
  async settle(orderId: string, insured: Insured, order: Settled): Promise<InsuranceSettlement | null> {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const settlement = await this.#store.current(orderId);
      if (settlement?.status !== OPEN) return settlement;
      try {
        await this.#attempt(settlement, insured, order);
      } catch (error) {
        if (error instanceof InsuranceRefused) await this.#end(settlement, FAILED, error.message);
        else if (!(error instanceof InsuranceAnswerLost)) throw error;
        else if (await this.#undo(settlement, attempt < TRIES ? OPEN : FAILED)) continue;
      }
      break;
    }
    return this.#store.current(orderId);
  }

  /** Ends what was not asked yet. @returns where it stands then */
  async refuse(settlement: InsuranceSettlement, reason: string): Promise<InsuranceSettlement | null> {
    await this.#end(settlement, FAILED, reason);
    return this.#store.current(settlement.orderId);
  }

  async #attempt(settlement: InsuranceSettlement, insured: Insured, order: Settled): Promise<void> {
    const { orderId, accountId: operatorId, totalFen } = settlement;
    const personNo = await this.#plugin.findPerson({
      messageId: await this.#nextMessageId(),
      ...insured,
      operatorId,
    });
    const request = { personNo, certNo: insured.certNo, visitId: orderId, totalFen, operatorId };
    await this.#plugin.preSettle({ messageId: await this.#nextMessageId(), ...request });
    const messageId = await this.#nextMessageId();
    const sealed = this.#store.sealPersonNo(settlement.id, personNo);
    const isOurs = await this.#move(settlement.id, SETTLING, { messageId, personNo: sealed });
    if (!isOurs) return;
    const split = await this.#plugin.settle({ messageId, ...request });
    await this.#db.transaction(async (tx) => {
      const isWanted = await order.lock(tx);
      const change = { ...amountsOf(split), settlementNo: split.settlementNo, settledAt: this.#now() };
      const status = isWanted ? SETTLED : REVERSING;
      const moved = await this.#moveIn(tx, settlement.id, status, change, messageId);
      if (!moved || !isWanted) return;
      await order.apply(tx, split);
      await this.#note(tx, 'settle', settlement, { fundFen: split.fundFen, personalFen: split.personalFen });
    });
  }

  /** In the transaction that ends the order: what the insurer pays, or may pay, is taken back by the job. */
  async giveUp(tx: Tx, orderId: string): Promise<void> {
    const settlement = await this.#store.lock(tx, orderId);
    if (!settlement) return;
    const next = { [OPEN]: FAILED, [SETTLING]: COMPENSATING, [SETTLED]: REVERSING } as const;
    const { status } = settlement;
    if (status === OPEN || status === SETTLING || status === SETTLED) {
      await this.#moveIn(tx, settlement.id, next[status], {});
    }
  }

  /** Undoes what is to be undone, and what somebody left in the middle. @returns how many it looked at */
  async sweep(): Promise<number> {
    const now = this.#now();
    const due = await this.#store.due(now, new Date(now.getTime() - STALE_MS), BATCH);
    for (const settlement of due) {
      if (settlement.status === OPEN) await this.#move(settlement.id, FAILED, {});
      else if (settlement.status === REVERSING) await this.#reverse(settlement);
      else await this.#undo(settlement, FAILED);
    }
    return due.length;
  }

  /** Compensates a settling call whose outcome is not known. @returns whether it has no effect now */
  async #undo({ id, orderId }: InsuranceSettlement, next: typeof OPEN | typeof FAILED): Promise<boolean> {
    await this.#move(id, COMPENSATING, {});
    const settlement = await this.#store.current(orderId);
    if (settlement?.status === OPEN) return next === OPEN || (await this.#move(id, FAILED, {}));
    if (settlement?.status !== COMPENSATING || settlement.messageId === null) return false;
    try {
      await this.#plugin.compensate({
        messageId: await this.#nextMessageId(),
        personNo: this.#store.personNoOf(settlement),
        lostMessageId: settlement.messageId,
        operatorId: settlement.accountId,
      });
    } catch (error) {
      await this.#putOff(settlement, error);
      return false;
    }
    return this.#db.transaction(async (tx) => {
      const moved = await this.#moveIn(tx, id, next, {}, settlement.messageId ?? '');
      if (moved) await this.#note(tx, 'compensate', settlement);
      return moved;
    });
  }

  async #reverse(settlement: InsuranceSettlement): Promise<void> {
    const { id, orderId, settlementNo, accountId } = settlement;
    try {
      await this.#plugin.reverse({
        messageId: await this.#nextMessageId(),
        personNo: this.#store.personNoOf(settlement),
        visitId: orderId,
        settlementNo: settlementNo ?? '',
        operatorId: accountId,
      });
    } catch (error) {
      return this.#putOff(settlement, error);
    }
    await this.#db.transaction(async (tx) => {
      const moved = await this.#moveIn(tx, id, REVERSED, {});
      if (moved) await this.#note(tx, 'reverse', settlement);
    });
  }

  async #end(settlement: InsuranceSettlement, status: SettlementStatus, reason: string): Promise<void> {
    await this.#db.transaction(async (tx) => {
      const moved = await this.#moveIn(tx, settlement.id, status, { reason: reason.slice(0, 200) });
      if (moved) await this.#note(tx, 'refuse', settlement);
    });
  }

  async #putOff({ id, attempts }: InsuranceSettlement, error: unknown): Promise<void> {
    logger().warn({ err: error, settlement: id }, 'the insurer will be asked again');
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS);
    const nextTryAt = new Date(this.#now().getTime() + pause);
    await this.#db.transaction(async ({ manager }) => {
      await manager.update(InsuranceSettlement, { id }, { attempts: attempts + 1, nextTryAt });
    });
  }

  async #move(id: string, to: SettlementStatus, change: Partial<InsuranceSettlement>): Promise<boolean> {
    return this.#db.transaction((tx) => this.#moveIn(tx, id, to, change));
  }

  /** @param messageId the settling call that this is about, where it matters. @returns whether it was where it must be */
  async #moveIn(
    { manager }: Tx,
    id: string,
    to: SettlementStatus,
    change: Partial<InsuranceSettlement>,
    messageId?: string,
  ): Promise<boolean> {
    const now = this.#now();
    const { affected } = await manager
      .createQueryBuilder()
      .update(InsuranceSettlement)
      .set({ ...change, status: to, touchedAt: now, nextTryAt: now })
      .where('id = :id AND status IN (:...from)', { id, from: FROM[to] })
      .andWhere(messageId === undefined ? '1 = 1' : 'message_id = :messageId', { messageId })
      .execute();
    return affected === 1;
  }

  async #nextMessageId(): Promise<string> {
    return this.#plugin.messageIdOf(this.#now(), await this.#store.nextSequence());
  }

  async #note(
    tx: Tx,
    verb: 'settle' | 'refuse' | 'compensate' | 'reverse',
    { id, orderId }: InsuranceSettlement,
    amounts: Record<string, number> = {},
  ): Promise<void> {
    await this.#audit.record(tx, {
      actor: INSURER,
      action: `insurance.${verb}`,
      subjectType: 'InsuranceSettlement',
      subjectId: id,
      detail: { orderId, ...amounts },
    });
  }
}

function amountsOf({ totalFen, fundFen, personalFen }: InsuranceSplit) {
  return { totalFen, fundFen, personalFen };
}
