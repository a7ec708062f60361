/** What the provider knows of a payment. Amounts in fen. */
export interface ProviderReport {
  readonly state: 'OPEN' | 'PAID' | 'DECLINED' | 'CLOSED';
  readonly amountFen: number;
  /** When the money came; null without. */
  readonly paidAt: Date | null;
}

/** A callback whose signature was right. */
export interface ProviderCallback extends ProviderReport {
  /** The provider's identifier of this message, the same for each delivery of it. */
  readonly notificationId: string;
  readonly paymentId: string;
}

/**
 * A payment provider. Every call may be made again: orders go by the payment's identifier, refunds by the refund's.
 * All but {@link readCallback} throw AppError PAYMENT_UNAVAILABLE when it does not answer; whether it did what was
 * asked is then not known.
 */
export interface PaymentProvider {
  /** Opens an order at the provider, whose page takes the money. */
  createOrder(order: {
    readonly paymentId: string;
    readonly amountFen: number;
    /** Read by a person on the payment page; says nothing of an illness. */
    readonly description: string;
    readonly expiresAt: Date;
  }): Promise<{ readonly tradeNo: string; readonly payUrl: string }>;

  /** Null for an order that the provider does not have. */
  query(paymentId: string): Promise<ProviderReport | null>;

  /** From now on nobody can pay it. @returns what it was then: it may have been paid before */
  close(paymentId: string): Promise<ProviderReport | null>;

  /** Gives money back, once for each refund. */
  refund(refund: {
    readonly refundId: string;
    readonly paymentId: string;
    readonly amountFen: number;
    readonly reason: string;
  }): Promise<void>;

  /** What a callback says; undefined when it is not the provider's, is altered, or is older than five minutes. */
  readCallback(
    message: {
      readonly path: string;
      readonly body: string;
      readonly headers: Record<string, string | string[] | undefined>;
    },
    now: Date,
  ): ProviderCallback | undefined;
}
