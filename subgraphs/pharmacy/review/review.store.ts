import { type FindOperator, In, IsNull, MoreThan, Not } from 'typeorm';
import type { Reach } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { PrescriptionReview, type ReviewStatus } from './prescription-review.entity.ts';
import { SnapshotRow } from './prescription-snapshot.entity.ts';
import { ReviewingPharmacies } from './reviewing-pharmacies.ts';

/** The conditions on the hospital, of which at least one must be met. */
function hospitalsWithin(reviewing: ReviewingPharmacies, { pharmacyIds }: Reach): FindOperator<string>[] {
  const { hospitalIds, andOthers, except } = reviewing.hospitalsOf(pharmacyIds);
  // A NULL is in no list and in no complement of one; an empty list finds nothing.
  return [In(hospitalIds), ...(andOthers ? [except.length > 0 ? Not(In(except)) : Not(IsNull())] : [])];
}

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

  /**
   * At most `limit` reviews in the order in which they came in, those after `after`, of one status if given, and of the
   * hospitals for which somebody reviews.
   */
  async page(
    filter: { status?: ReviewStatus | undefined; within: Reach },
    after: string | undefined,
    limit: number,
  ): Promise<PrescriptionReview[]> {
    const { status, within } = filter;
    // Made anew for each condition: TypeORM changes the operators that it is given.
    const where = () => ({
      ...(status !== undefined && { status }),
      ...(after !== undefined && { id: MoreThan(after) }),
    });
    return this.#db.read(async (manager) => {
      const reviewing = within.isEverywhere ? null : await ReviewingPharmacies.read(manager);
      const hospitals = reviewing && hospitalsWithin(reviewing, within);
      return manager.find(PrescriptionReview, {
        where: hospitals === null ? where() : hospitals.map((hospitalId) => ({ ...where(), hospitalId })),
        order: { id: 'ASC' },
        take: limit,
      });
    });
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
