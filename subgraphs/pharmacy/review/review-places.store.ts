import { In, type EntityManager, IsNull } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
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
   * @returns how many it went through
   */
  async fillIn(): Promise<number> {
    for (let count = 0; ;) {
      const done = await this.#db.transaction(async ({ manager }) => {
        const lock = { mode: 'pessimistic_write' } as const;
        const rows = await manager.find(PrescriptionReview, {
          where: { hospitalId: IsNull() },
          take: BATCH,
          lock,
        });
        for (const { id, snapshotId } of rows) {
          const { hospitalId } = this.#vault.open(
            await manager.findOneByOrFail(SnapshotRow, { id: snapshotId }),
          );
          await manager.update(PrescriptionReview, { id }, { hospitalId });
        }
        return rows.length;
      });
      count += done;
      if (done < BATCH) return count;
    }
  }
}
