import type { Tx } from '../../../shared/db/db.ts';
import type { PayableType, Payment } from './payment.entity.ts';

/** What is to be paid for a thing, now. */
export interface Payable {
  readonly amountFen: number;
  readonly payerAccountId: string;
  readonly expiresAt: Date;
  /** For the payment page; says nothing of an illness. */
  readonly description: string;
}

/** Whoever knows what a kind of payable costs, and what its payment means. */
export interface PayableOwner {
  /** The prefix of its identifiers. */
  readonly idType: string;
  /** Null when it is not there or not to be paid now. @throws AppError UNAVAILABLE */
  find(id: string): Promise<Payable | null>;
  /**
   * Takes the success of a payment into account, in its transaction.
   * @returns why the money has to go back; undefined where it is accepted, or where the owner answers later by a
   *   `payable.refused`
   */
  accept(tx: Tx, payment: Payment): Promise<string | undefined>;
}

export type PayableOwners = Readonly<Record<PayableType, PayableOwner>>;
