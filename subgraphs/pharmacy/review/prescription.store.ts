import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { PrescriptionSnapshot } from '../../../shared/events/prescription-snapshot.ts';
import { PrescriptionReview, ReviewStatus } from './prescription-review.entity.ts';
import { PrescriptionLine, SnapshotRow } from './prescription-snapshot.entity.ts';
import type { SnapshotVault } from './snapshot-vault.ts';

/** A prescription as an order sees it. */
export interface OrderablePrescription {
  readonly prescriptionId: string;
  readonly status: ReviewStatus;
  readonly validUntil: Date;
  /** The order that has it now, or null. */
  readonly orderId: string | null;
  /** The account of the pharmacist who decided on it. */
  readonly pharmacistAccountId: string | null;
  /** All that the doctor signed: names, diagnoses, doses. */
  readonly snapshot: PrescriptionSnapshot;
  readonly lines: readonly RemainingLine[];
}

export type RemainingLine = PrescriptionSnapshot['lines'][number] & {
  /** Packs that were not handed out yet. */
  readonly remaining: number;
};

/** What is handed out of a line. */
export interface DispensedLine {
  readonly lineId: string;
  /** Packs, a positive whole number. */
  readonly quantity: number;
}

/** The state of prescriptions between their review and the counter. */
export class PrescriptionStore {
  readonly #db: Db;
  readonly #vault: SnapshotVault;
  readonly #now: () => Date;

  constructor(db: Db, vault: SnapshotVault, now: () => Date) {
    this.#db = db;
    this.#vault = vault;
    this.#now = now;
  }

  /** A prescription of the patients of an account. @throws AppError NOT_FOUND, also for one of others */
  async getForOrder(prescriptionId: string, accountId: string): Promise<OrderablePrescription> {
    return this.#db.readPrimary(async (manager) => {
      const review = await manager.findOneBy(PrescriptionReview, {
        prescriptionId,
        patientAccountId: accountId,
      });
      if (!review) throw new AppError('NOT_FOUND', { what: 'Prescription' });
      return this.#whole(manager, review);
    });
  }

  /**
   * Holds a prescription, until the transaction ends, on which medicine may be had: approved, not expired, not in
   * another order, and not handed out altogether. 处方管理办法 article 18, 药品网络销售监督管理办法.
   * @param orderId the order that has it already, when its medicine is handed out.
   * @throws AppError NOT_FOUND, PRESCRIPTION_NOT_APPROVED, PRESCRIPTION_EXPIRED, PRESCRIPTION_USED
   */
  async lockDispensable(tx: Tx, prescriptionId: string, orderId?: string): Promise<OrderablePrescription> {
    const { manager } = tx;
    const review = await manager.findOne(PrescriptionReview, {
      where: { prescriptionId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!review) throw new AppError('NOT_FOUND', { what: 'Prescription' });
    if (review.status !== ReviewStatus.APPROVED) throw new AppError('PRESCRIPTION_NOT_APPROVED');
    const whole = await this.#whole(manager, review);
    if (whole.lines.every(({ remaining }) => remaining === 0)) throw new AppError('PRESCRIPTION_USED');
    if (review.orderId !== null && review.orderId !== orderId) throw new AppError('PRESCRIPTION_USED');
    if (review.validUntil <= this.#now()) throw new AppError('PRESCRIPTION_EXPIRED');
    return whole;
  }

  /** Gives it to an order; to the same one again changes nothing. @throws AppError PRESCRIPTION_USED */
  async markOrdered({ manager }: Tx, prescriptionId: string, orderId: string): Promise<void> {
    const { affected } = await manager
      .createQueryBuilder()
      .update(PrescriptionReview)
      .set({ orderId })
      .where('prescription_id = :prescriptionId AND status = :status', { prescriptionId })
      .andWhere('(order_id IS NULL OR order_id = :orderId)', { orderId, status: ReviewStatus.APPROVED })
      .execute();
    if (affected !== 1) throw new AppError('PRESCRIPTION_USED');
  }

  /** Frees it when its order is cancelled or expires; one that another order has stays there. */
  async unmarkOrdered({ manager }: Tx, prescriptionId: string, orderId: string): Promise<void> {
    await manager.update(PrescriptionReview, { prescriptionId, orderId }, { orderId: null });
  }

  /**
   * Counts what was handed out, never more than was prescribed, and frees the rest for another order.
   * @throws AppError PRESCRIPTION_USED, NOT_FOUND for a line that is not on it
   */
  async markDispensed(
    { manager }: Tx,
    prescriptionId: string,
    lines: readonly DispensedLine[],
  ): Promise<void> {
    for (const { lineId, quantity } of lines) {
      if (!Number.isSafeInteger(quantity) || quantity < 1) {
        throw new AppError('VALIDATION_FAILED', { field: 'quantity', reason: '≥ 1' });
      }
      const { affected } = await manager
        .createQueryBuilder()
        .update(PrescriptionLine)
        .set({ dispensed: () => 'dispensed + :quantity' })
        .where(
          'prescription_id = :prescriptionId AND line_id = :lineId AND dispensed + :quantity <= quantity',
        )
        .setParameters({ prescriptionId, lineId, quantity })
        .execute();
      if (affected === 1) continue;
      const isThere = await manager.existsBy(PrescriptionLine, { prescriptionId, lineId });
      throw isThere
        ? new AppError('PRESCRIPTION_USED')
        : new AppError('NOT_FOUND', { what: 'PrescriptionLine' });
    }
    await manager.update(PrescriptionReview, { prescriptionId }, { orderId: null });
  }

  async #whole(manager: Tx['manager'], review: PrescriptionReview): Promise<OrderablePrescription> {
    const { prescriptionId, status, validUntil, orderId, pharmacistAccountId } = review;
    const row = await manager.findOneByOrFail(SnapshotRow, { id: review.snapshotId });
    const counts = await manager.findBy(PrescriptionLine, { prescriptionId });
    const snapshot = this.#vault.open(row);
    const lines = snapshot.lines.map((line) => {
      const count = counts.find(({ lineId }) => lineId === line.lineId);
      return { ...line, remaining: count ? count.quantity - count.dispensed : 0 };
    });
    return { prescriptionId, status, validUntil, orderId, pharmacistAccountId, snapshot, lines };
  }
}
