import { holdsSomewhere } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { PharmacyContext } from '../context.ts';
import type { PrescriptionReview } from './prescription-review.entity.ts';
import { maySee } from './review.reader.ts';

const mayReviewPrescriptions = rule<PharmacyContext>('mayReviewPrescriptions', (_parent, _args, { actor }) =>
  holdsSomewhere(actor, 'prescription.review'),
);

const isPartyOrPharmacist = rule<PharmacyContext, PrescriptionReview>(
  'isPartyOrPharmacist',
  (review, _args, { actor }) => maySee(actor, review),
);

export const reviewRules: RuleMap = {
  Query: { prescriptionReviews: mayReviewPrescriptions, prescriptionReview: isLoggedIn },
  Mutation: { reviewPrescription: mayReviewPrescriptions },
  Prescription: { id: anyone, review: isLoggedIn },
  PrescriptionReview: isPartyOrPharmacist,
  PrescriptionReviewConnection: mayReviewPrescriptions,
  PrescriptionReviewEdge: mayReviewPrescriptions,
  // Reached only by way of a review, whose fields have the rule.
  ReviewCheck: anyone,
  PrescriptionSheet: anyone,
  SheetLine: anyone,
  SheetDiagnosis: anyone,
  SheetOverride: anyone,
};
