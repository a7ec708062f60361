import { type Actor, actorId, holds, placeOfDepartment, reachOf } from '../../../shared/context/actor.ts';
import type { PharmacyContext } from '../context.ts';
import type { PrescriptionReview } from './prescription-review.entity.ts';
import type { ReviewPlaces } from './review-places.store.ts';

/** Whether the actor reviews at a pharmacy that reviews for the hospital of the prescription. */
export function reviewsAt(actor: Actor, { reviewedAt }: ReviewPlaces): boolean {
  return reviewedAt.some((pharmacyId) => holds(actor, 'prescription.review', { pharmacyId }));
}

/** Whether the actor hands out at a pharmacy with an order for the prescription. */
function dispensesAt(actor: Actor, { orderedAt }: ReviewPlaces): boolean {
  return orderedAt.some((pharmacyId) => holds(actor, 'prescription.dispense', { pharmacyId }));
}

const PRESCRIBING = ['prescription.write', 'record.write'] as const;

/** Whether the actor prescribes at the hospital or in any department of it: of which one it was, the sheet tells no identifier. */
function prescribesAt(actor: Actor, { hospitalId }: ReviewPlaces): boolean {
  return (
    PRESCRIBING.some((each) => holds(actor, each, { hospitalId })) ||
    reachOf(actor, ...PRESCRIBING).departments.some(
      (each) => placeOfDepartment(each).hospitalId === hospitalId,
    )
  );
}

/**
 * Who sees a review: the patient's account; its author, while the author prescribes at that hospital; and the
 * pharmacists of the pharmacies that review for the hospital, or hand out on the prescription.
 */
export function maySee(actor: Actor, review: PrescriptionReview, places: ReviewPlaces | null): boolean {
  if (actor.kind !== 'account') return false;
  if (review.patientAccountId === actorId(actor)) return true;
  if (places === null) return false;
  const isAuthor = review.doctorAccountId === actorId(actor) && prescribesAt(actor, places);
  return isAuthor || reviewsAt(actor, places) || dispensesAt(actor, places);
}

/** Whether the caller sees a review. */
export async function isVisibleReview(
  { actor, loaders, services }: PharmacyContext,
  review: PrescriptionReview,
): Promise<boolean> {
  const places = await loaders.of(services.reviewPlaces.byPrescription).load(review.prescriptionId);
  return maySee(actor, review, places);
}
