import { In, type EntityManager, IsNull, MoreThan } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { Order } from '../order/order.entity.ts';
import { PrescriptionReview } from './prescription-review.entity.ts';
import { SnapshotRow } from './prescription-snapshot.entity.ts';
import { ReviewingPharmacies } from './reviewing-pharmacies.ts';
import type { SnapshotVault } from './snapshot-vault.ts';

/** The places that have to do with a prescription. */
export interface ReviewPlaces {
  readonly prescriptionId: string;
  readonly hospitalId: string | null;
  /** The pharmacies that review for its hospital. */
  readonly reviewedAt: readonly string[];
  /** The pharmacies with an order for it, whatever became of that. */
  readonly orderedAt: readonly string[];
}

/** Rows that one step of a change of all rows takes. */
const BATCH = 200;

/** Where prescriptions are reviewed and handed out. */
export class ReviewPlacesStore {
  readonly #db: Db;
  readonly #vault: SnapshotVault;
  /** Reviews whose sheets could not be read, of which the log tells already. */
  readonly #unreadable = new Set<string>();
  readonly byPrescription: BatchRead<string, ReviewPlaces>;

  constructor(db: Db, vault: SnapshotVault) {
    this.#db = db;
    this.#vault = vault;
    this.byPrescription = {
      name: 'prescriptionReview.places',
      read: async (ids) => {
        const places = await this.of(ids);
        return ids.map((id) => places.find((each) => each.prescriptionId === id) ?? null);
      },
    };
  }

  /** Of those that have come in. */
  async of(prescriptionIds: readonly string[]): Promise<ReviewPlaces[]> {
    return this.#db.read((manager) => this.placesIn(manager, prescriptionIds));
  }

  /** The same within a transaction. */
  async placesIn(manager: EntityManager, prescriptionIds: readonly string[]): Promise<ReviewPlaces[]> {
    const which = { prescriptionId: In([...prescriptionIds]) };
    const reviews = await manager.find(PrescriptionReview, {
      select: { id: true, prescriptionId: true, hospitalId: true },
      where: which,
    });
    const orders = await manager.find(Order, {
      select: { id: true, prescriptionId: true, pharmacyId: true },
      where: which,
    });
    const reviewing = await ReviewingPharmacies.read(manager);
    return reviews.map(({ prescriptionId, hospitalId }) => ({
      prescriptionId,
      hospitalId,
      reviewedAt: hospitalId === null ? [] : reviewing.of(hospitalId),
      orderedAt: [
        ...new Set(
          orders
            .filter((order) => order.prescriptionId === prescriptionId)
            .map(({ pharmacyId }) => pharmacyId),
        ),
      ],
    }));
  }

  /**
   * Tells reviews that an older release wrote of which hospital they are; until then nobody but the parties sees them.
   * One whose sheet can't be read stays as it is, and is logged once by each process.
   * @returns how many it told
   */
  async fillIn(): Promise<number> {
    let count = 0;
    for (let after = ''; ;) {
      const reviews = await this.#withoutHospital(after);
      const sheets = await this.#db.readPrimary((manager) =>
        manager.findBy(SnapshotRow, { id: In(reviews.map(({ snapshotId }) => snapshotId)) }),
      );
      const told = reviews.flatMap(({ id, snapshotId }) => {
        const hospitalId = this.#hospitalOf(
          id,
          sheets.find((sheet) => sheet.id === snapshotId),
        );
        return hospitalId === undefined ? [] : [{ id, hospitalId }];
      });
      await this.#db.transaction(async ({ manager }) => {
        for (const { id, hospitalId } of told) {
          await manager.update(PrescriptionReview, { id, hospitalId: IsNull() }, { hospitalId });
        }
      });
      count += told.length;
      const last = reviews[BATCH - 1];
      if (last === undefined) return count;
      after = last.id;
    }
  }

  async #withoutHospital(after: string): Promise<Pick<PrescriptionReview, 'id' | 'snapshotId'>[]> {
    return this.#db.readPrimary((manager) =>
      manager.find(PrescriptionReview, {
        select: { id: true, snapshotId: true },
        where: { hospitalId: IsNull(), id: MoreThan(after) },
        order: { id: 'ASC' },
        take: BATCH,
      }),
    );
  }

  #hospitalOf(reviewId: string, sheet: SnapshotRow | undefined): string | undefined {
    try {
      if (sheet !== undefined) return this.#vault.open(sheet).hospitalId;
      throw new AppError('NOT_FOUND', { what: 'Prescription' });
    } catch (error) {
      const isNews = !this.#unreadable.has(reviewId);
      if (isNews)
        logger().error({ err: error, reviewId }, 'no hospital for a review: its sheet is unreadable');
      this.#unreadable.add(reviewId);
      return undefined;
    }
  }
}
