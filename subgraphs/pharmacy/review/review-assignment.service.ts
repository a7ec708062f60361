import { type EntityManager, Not } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, holds } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { Pharmacy } from '../pharmacy/pharmacy.entity.ts';
import type { ReviewAssignmentInput } from './review-assignment.inputs.ts';
import { ReviewingPharmacies } from './reviewing-pharmacies.ts';
import { NOBODY, OF_ALL, ReviewingPharmacy } from './reviewing-pharmacy.entity.ts';

interface Hospitals {
  /** @throws AppError UNAVAILABLE */
  hospitalExists(id: string): Promise<boolean>;
}

/** Which pharmacies review the prescriptions of a hospital; the hospital's administrators say so. */
export class ReviewAssignmentService {
  readonly #db: Db;
  readonly #audit: Audit;
  readonly #hospitals: Hospitals;
  readonly #now: () => Date;

  constructor(db: Db, audit: Audit, hospitals: Hospitals, now: () => Date) {
    this.#db = db;
    this.#audit = audit;
    this.#hospitals = hospitals;
    this.#now = now;
  }

  /** The identifiers of the pharmacies that review for a hospital. */
  async of(hospitalId: string): Promise<readonly string[]> {
    return this.#db.read(async (manager) => (await ReviewingPharmacies.read(manager)).of(hospitalId));
  }

  /**
   * From then on the hospital's prescriptions are reviewed by the pharmacies that it names, and no others.
   * @throws AppError BAD_ID; NOT_FOUND, also for a hospital that the caller does not manage; IDEMPOTENCY_KEY_REUSED;
   *   UNAVAILABLE when care does not answer
   */
  async assign(actor: Actor, input: ReviewAssignmentInput): Promise<void> {
    await this.#change(actor, 'assignReviewingPharmacy', input, async ({ manager }, row) => {
      if (!(await manager.existsBy(Pharmacy, { id: row.pharmacyId }))) {
        throw new AppError('NOT_FOUND', { what: 'Pharmacy' });
      }
      if (await manager.existsBy(ReviewingPharmacy, row)) return false;
      await manager.upsert(ReviewingPharmacy, row, ['hospitalId', 'pharmacyId']);
      return true;
    });
  }

  /**
   * The hospital goes on with the others, from then on as named by it; without others nobody reviews there.
   * @throws AppError as {@link assign}
   */
  async withdraw(actor: Actor, input: ReviewAssignmentInput): Promise<void> {
    await this.#change(actor, 'withdrawReviewingPharmacy', input, async ({ manager }, row) => {
      const { hospitalId, pharmacyId } = row;
      const reviewing = (await ReviewingPharmacies.read(manager)).of(hospitalId);
      if (!reviewing.includes(pharmacyId)) return false;
      await nameThoseOfAll(manager, hospitalId);
      await manager.delete(ReviewingPharmacy, row);
      return true;
    });
  }

  async #change(
    actor: Actor,
    operation: string,
    input: ReviewAssignmentInput,
    work: (tx: Tx, row: ReviewingPharmacy) => Promise<boolean>,
  ): Promise<void> {
    const hospitalId = parseId('hos', input.hospitalId);
    const pharmacyId = parseId('pha', input.pharmacyId);
    if (!holds(actor, 'hospital.manage', { hospitalId })) throw missing();
    const call = { actor, operation, key: input.idempotencyKey, body: input, now: this.#now() };
    await unlessAnswered(this.#db, call, async () => {
      if (!(await this.#hospitals.hospitalExists(hospitalId))) throw missing();
      return this.#db.transaction((tx) =>
        once(tx, call, async () => {
          if (await work(tx, { hospitalId, pharmacyId })) {
            await this.#audit.record(tx, {
              actor,
              action: operation === 'assignReviewingPharmacy' ? 'review.assign' : 'review.withdraw',
              subjectType: 'Hospital',
              subjectId: hospitalId,
              detail: { pharmacyId },
            });
          }
          return hospitalId;
        }),
      );
    });
  }
}

/** Makes a hospital that never named a pharmacy name those that review for every such hospital. */
async function nameThoseOfAll(manager: EntityManager, hospitalId: string): Promise<void> {
  // Whoever withdraws another one of the hospital at the same time waits here for this row.
  const { affectedRows } = await manager.query<{ affectedRows: number }>(
    'INSERT IGNORE INTO reviewing_pharmacy (hospital_id, pharmacy_id) VALUES (?, ?)',
    [hospitalId, NOBODY],
  );
  if (affectedRows === 0) return;
  if (await manager.existsBy(ReviewingPharmacy, { hospitalId, pharmacyId: Not(NOBODY) })) return;
  const ofAll = await manager.findBy(ReviewingPharmacy, { hospitalId: OF_ALL });
  const own = ofAll.map(({ pharmacyId }) => ({ hospitalId, pharmacyId }));
  await manager.upsert(ReviewingPharmacy, own, ['hospitalId', 'pharmacyId']);
}

function missing(): AppError {
  return new AppError('NOT_FOUND', { what: 'Hospital' });
}
