import { isLoggedIn, isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { PharmacyContext } from '../context.ts';
import type { PrescriptionReview } from './prescription-review.entity.ts';
import { isVisibleReview } from './review.access.ts';

const mayReviewPrescriptions = somewhere('prescription.review');

const managesHospitals = somewhere('hospital.manage');

const isPartyOrPharmacist = rule<PharmacyContext, PrescriptionReview>(
  'isPartyOrPharmacist',
  (review, _args, context) => isVisibleReview(context, review),
);

export const reviewRules: RuleMap = {
  Query: {
    prescriptionReviews: mayReviewPrescriptions,
    prescriptionReview: isLoggedIn,
    reviewingPharmacies: anyone,
    prescriptionPlaces: isService,
    pharmacyExists: isService,
  },
  Mutation: {
    reviewPrescription: mayReviewPrescriptions,
    assignReviewingPharmacy: managesHospitals,
    withdrawReviewingPharmacy: managesHospitals,
  },
  Prescription: { id: anyone, review: isLoggedIn },
  PrescriptionReview: isPartyOrPharmacist,
  PrescriptionPlaces: isService,
  PrescriptionReviewConnection: mayReviewPrescriptions,
  PrescriptionReviewEdge: mayReviewPrescriptions,
  // Reached only by way of a review, whose fields have the rule.
  ReviewCheck: anyone,
  PrescriptionSheet: anyone,
  SheetLine: anyone,
  SheetDiagnosis: anyone,
  SheetOverride: anyone,
};
