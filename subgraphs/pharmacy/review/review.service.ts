import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import { SafetySeverity } from '../../../shared/safety/safety-finding.ts';
import type { Found } from '../safety/safety-check.ts';
import type { SafetyService } from '../safety/safety.service.ts';
import { type PrescriptionReview, ReviewStatus } from './prescription-review.entity.ts';
import type { SnapshotRow } from './prescription-snapshot.entity.ts';
import { assertAllPassed, assertComplete } from './review-items.ts';
import { ReviewDecision, type ReviewPrescriptionInput } from './review.inputs.ts';
import { reviewsAt } from './review.access.ts';
import type { ReviewPlacesStore } from './review-places.store.ts';
import type { ReviewStore } from './review.store.ts';
import { prescribedOn } from './sheet.types.ts';
import type { SnapshotVault } from './snapshot-vault.ts';

/** A review ends once, and from PENDING only. */
const ENDS = {
  [ReviewDecision.APPROVE]: ReviewStatus.APPROVED,
  [ReviewDecision.REJECT]: ReviewStatus.REJECTED,
} as const;

const LONGEST_REASON = 500;

export interface ReviewParts {
  readonly db: Db;
  readonly store: ReviewStore;
  readonly places: ReviewPlacesStore;
  readonly vault: SnapshotVault;
  readonly safety: SafetyService;
  readonly audit: Audit;
  readonly outbox: Outbox;
  readonly now: () => Date;
}

interface Decision {
  readonly actor: Actor;
  readonly input: ReviewPrescriptionInput;
  readonly reason: string;
  /** What speaks against it; null where users did not answer, which stands in the way of an approval alone. */
  readonly found: Found[] | null;
}

/** The pharmacist's decision on a signed prescription: 处方管理办法 articles 35 to 37, 药品管理法 article 73. */
export class ReviewService {
  readonly #parts: ReviewParts;

  constructor(parts: ReviewParts) {
    this.#parts = parts;
  }

  /**
   * Approves or rejects a prescription at a pharmacy that reviews for its hospital; elsewhere it is NOT_FOUND. What speaks against the prescription is found anew, by the archive of today.
   * @returns the id of the review.
   * @throws AppError BAD_ID, NOT_FOUND, VALIDATION_FAILED, REVIEW_CHECKLIST_INCOMPLETE, REVIEW_ITEM_FAILED,
   *   REVIEW_OWN_PRESCRIPTION, VERSION_CONFLICT, PRESCRIPTION_ALREADY_REVIEWED, PRESCRIPTION_EXPIRED,
   *   REVIEW_FOUND_CONTRAINDICATION, REVIEW_NEEDS_SECOND_LOOK, IDEMPOTENCY_KEY_REUSED;
   *   UNAVAILABLE when users cannot tell the archive: nothing is approved then
   */
  async decide(actor: Actor, input: ReviewPrescriptionInput): Promise<string> {
    const { db, store, places, now } = this.#parts;
    const prescriptionId = parseId('rxn', input.prescriptionId);
    assertComplete(input.checks);
    const reason = reasonOf(input);
    if (input.decision === ReviewDecision.APPROVE) assertAllPassed(input.checks);
    const call = {
      actor,
      operation: 'reviewPrescription',
      key: input.idempotencyKey,
      body: input,
      now: now(),
    };
    // A retry of what succeeded needs no users to answer once more.
    return unlessAnswered(db, call, async () => {
      const known = await store.latest(prescriptionId);
      const [place] = await places.of([prescriptionId]);
      if (!known || !place || !reviewsAt(actor, place)) throw missing();
      assertNotTheirOwn(known.review, actor);
      const found = await this.#find(known.snapshot, actor, input.decision);
      return db.transaction((tx) =>
        once(tx, call, () => this.#decide(tx, prescriptionId, { actor, input, reason, found })),
      );
    });
  }

  async #decide(tx: Tx, prescriptionId: string, made: Decision): Promise<string> {
    const { store, places, now } = this.#parts;
    const { actor, input, found } = made;
    const review = await store.lock(tx, prescriptionId);
    const [place] = await places.placesIn(tx.manager, [prescriptionId]);
    if (!review || !place || !reviewsAt(actor, place)) throw missing();
    if (review.version !== input.expectedVersion) throw new AppError('VERSION_CONFLICT');
    if (review.status !== ReviewStatus.PENDING) throw new AppError('PRESCRIPTION_ALREADY_REVIEWED');
    if (input.decision === ReviewDecision.APPROVE) {
      if (review.validUntil <= now()) throw new AppError('PRESCRIPTION_EXPIRED');
      assertMayPass(found ?? [], input.secondLook);
    }
    await this.#end(tx, review, made);
    return review.id;
  }

  async #find(snapshot: SnapshotRow, actor: Actor, decision: ReviewDecision): Promise<Found[] | null> {
    const { vault, safety } = this.#parts;
    try {
      return await safety.check(prescribedOn(vault.open(snapshot)), actor);
    } catch (error) {
      // To reject, nobody has to wait for users.
      if (decision === ReviewDecision.REJECT && error instanceof AppError) return null;
      throw error;
    }
  }

  async #end(tx: Tx, review: PrescriptionReview, made: Decision): Promise<void> {
    const { store, vault, audit, outbox, now } = this.#parts;
    const { actor, input, reason, found } = made;
    const status = ENDS[input.decision];
    const reviewedAt = now();
    const isFirst = await store.decide(tx, review, {
      status,
      pharmacistAccountId: actorId(actor),
      reviewedAt,
      checks: JSON.stringify(input.checks.map(({ item, passed }) => ({ item, passed }))),
      secondLook: input.secondLook,
      reason: reason === '' ? null : vault.sealColumn('reason', review.id, reason),
      findings: found && vault.sealColumn('findings', review.id, JSON.stringify(found)),
    });
    if (!isFirst) throw new AppError('VERSION_CONFLICT');
    await audit.record(tx, {
      actor,
      action: input.decision === ReviewDecision.APPROVE ? 'prescription.approve' : 'prescription.reject',
      subjectType: 'Prescription',
      subjectId: review.prescriptionId,
      detail: { reviewId: review.id, secondLook: input.secondLook },
    });
    await outbox.add(tx, {
      type: 'prescription.reviewed',
      aggregateType: 'PrescriptionReview',
      aggregateId: review.id,
      aggregateVersion: review.version + 1,
      payload: {
        prescriptionId: review.prescriptionId,
        decision: status,
        pharmacistAccountId: actorId(actor),
        reviewedAt: reviewedAt.toISOString(),
      },
    });
  }
}

function missing(): AppError {
  return new AppError('NOT_FOUND', { what: 'Prescription' });
}

function reasonOf({ decision, reason }: ReviewPrescriptionInput): string {
  const text = reason?.trim() ?? '';
  const least = decision === ReviewDecision.REJECT ? 1 : 0;
  if (text.length >= least && text.length <= LONGEST_REASON) return text;
  throw new AppError('VALIDATION_FAILED', { field: 'reason', reason: `${least} – ${LONGEST_REASON}` });
}

/** Two pairs of eyes: neither who wrote it, nor for whom it is. */
function assertNotTheirOwn({ doctorAccountId, patientAccountId }: PrescriptionReview, actor: Actor): void {
  if ([doctorAccountId, patientAccountId].includes(actorId(actor))) {
    throw new AppError('REVIEW_OWN_PRESCRIPTION');
  }
}

function assertMayPass(found: readonly Found[], secondLook: boolean): void {
  const rulesOf = (...severities: SafetySeverity[]) =>
    found
      .filter((each) => severities.includes(each.severity))
      .map(({ ruleId }) => ruleId)
      .join(', ');
  const contraindicated = rulesOf(SafetySeverity.CONTRAINDICATED);
  if (contraindicated !== '') throw new AppError('REVIEW_FOUND_CONTRAINDICATION', { rules: contraindicated });
  // What could not be checked has not passed: a person looks at it, as at what is grave.
  const grave = rulesOf(SafetySeverity.MAJOR, SafetySeverity.CANNOT_CHECK);
  if (grave !== '' && !secondLook) throw new AppError('REVIEW_NEEDS_SECOND_LOOK', { rules: grave });
}
