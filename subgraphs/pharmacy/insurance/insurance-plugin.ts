/** How an insurer divides an amount: what the fund pays, and what stays with the person. Fen; the two make the total. */
export interface InsuranceSplit {
  readonly totalFen: number;
  readonly fundFen: number;
  readonly personalFen: number;
}

export interface SettlementRequest {
  /** The call's own number, by which the insurer knows it again. */
  readonly messageId: string;
  /** The insurer's number of the person. */
  readonly personNo: string;
  /** Number of the identity card. */
  readonly certNo: string;
  /** Our number of what is settled. */
  readonly visitId: string;
  readonly totalFen: number;
  /** Who operates. */
  readonly operatorId: string;
}

/** The insurer said no, and why; nothing was settled. */
export class InsuranceRefused extends Error {}

/** The insurer did not answer, or not in a way that can be used: what it did is not known. */
export class InsuranceAnswerLost extends Error {}

/**
 * An insurer. Every call throws {@link InsuranceRefused} for a failure in business, and {@link InsuranceAnswerLost} when
 * its outcome is not known: a settlement is then to be compensated before anything else is tried.
 */
export interface InsurancePlugin {
  readonly id: string;
  /** The number of a call. @param sequence 0 to 9999, different for each call within a second */
  messageIdOf(now: Date, sequence: number): string;
  /** The insurer's number of a person. */
  findPerson(request: {
    readonly messageId: string;
    readonly certNo: string;
    readonly name: string;
    readonly operatorId: string;
  }): Promise<string>;
  /** What a settlement would come to; has no effect. */
  preSettle(request: SettlementRequest): Promise<InsuranceSplit>;
  settle(request: SettlementRequest): Promise<InsuranceSplit & { readonly settlementNo: string }>;
  /** Takes a whole settlement back. */
  reverse(request: {
    readonly messageId: string;
    readonly personNo: string;
    readonly visitId: string;
    readonly settlementNo: string;
    readonly operatorId: string;
  }): Promise<void>;
  /** Makes a settling call whose answer was lost have no effect, whether it has arrived or not. */
  compensate(request: {
    readonly messageId: string;
    readonly personNo: string;
    readonly lostMessageId: string;
    readonly operatorId: string;
  }): Promise<void>;
}
