import { In, MoreThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { PrescriptionReview, type ReviewStatus } from './prescription-review.entity.ts';
import { SnapshotRow } from './prescription-snapshot.entity.ts';

export class ReviewStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, PrescriptionReview>;
  readonly byPrescription: BatchRead<string, PrescriptionReview>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'prescriptionReview.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(PrescriptionReview, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.byPrescription = {
      name: 'prescriptionReview.byPrescription',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.findBy(PrescriptionReview, { prescriptionId: In([...ids]) }),
        );
        return inOrder(ids, rows, (row) => row.prescriptionId);
      },
    };
  }

  /** At most `limit` reviews in the order in which they came in, those after `after`, of one status if given. */
  async page(
    filter: { status?: ReviewStatus | undefined },
    after: string | undefined,
    limit: number,
  ): Promise<PrescriptionReview[]> {
    return this.#db.read((manager) =>
      manager.find(PrescriptionReview, {
        where: {
          ...(filter.status !== undefined && { status: filter.status }),
          ...(after !== undefined && { id: MoreThan(after) }),
        },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
  }

  /** The sheets of reviews in their order. */
  async snapshotsOf(reviews: readonly PrescriptionReview[]): Promise<(SnapshotRow | null)[]> {
    const ids = reviews.map(({ snapshotId }) => snapshotId);
    const rows = await this.#db.read((manager) => manager.findBy(SnapshotRow, { id: In(ids) }));
    return inOrder(ids, rows, (row) => row.id);
  }

  /** The latest state, for a decision. */
  async latest(
    prescriptionId: string,
  ): Promise<{ review: PrescriptionReview; snapshot: SnapshotRow } | null> {
    return this.#db.readPrimary(async (manager) => {
      const review = await manager.findOneBy(PrescriptionReview, { prescriptionId });
      const snapshot = review && (await manager.findOneBy(SnapshotRow, { id: review.snapshotId }));
      return review && snapshot && { review, snapshot };
    });
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, prescriptionId: string): Promise<PrescriptionReview | null> {
    return manager.findOne(PrescriptionReview, {
      where: { prescriptionId },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** Writes a decision upon the version that it was made from. @returns whether that version was still there */
  async decide(
    { manager }: Tx,
    { id, version }: PrescriptionReview,
    decision: Pick<
      PrescriptionReview,
      'status' | 'pharmacistAccountId' | 'reviewedAt' | 'checks' | 'secondLook' | 'reason' | 'findings'
    >,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      PrescriptionReview,
      { id, version },
      { ...decision, version: version + 1 },
    );
    return affected === 1;
  }
}
