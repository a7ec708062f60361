import { type Actor, holds } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { UsersContext } from '../context.ts';
import { placeOfInstitution } from '../role/scope.ts';
import type { LicenceDocument } from './licence-document.entity.ts';
import type { LicenceUploadTicket } from './licence-document.types.ts';
import type { StaffLicence } from './licence.entity.ts';

const reviewsLicences = somewhere('staff.license');

const isApplicantOrReviewer = rule<UsersContext, StaffLicence>(
  'isApplicantOrReviewer',
  ({ accountId, institutionId }, _args, { actor }) =>
    isSelf(actor, accountId) || holds(actor, 'staff.license', placeOfInstitution(institutionId)),
);

const isOwnerOrReviewer = rule<UsersContext, LicenceDocument>(
  'isOwnerOrReviewer',
  async ({ accountId, licenceId }, _args, { actor, loaders, services }) => {
    if (isSelf(actor, accountId)) return true;
    const licence = licenceId === null ? null : await loaders.of(services.licenceStore.byId).load(licenceId);
    return licence !== null && holds(actor, 'staff.license', placeOfInstitution(licence.institutionId));
  },
);

const isApplicant = rule<UsersContext, LicenceUploadTicket>('isApplicant', ({ document }, _args, { actor }) =>
  isSelf(actor, document.accountId),
);

export const staffRules: RuleMap = {
  Query: { myLicences: isLoggedIn, staffApplications: reviewsLicences, pharmacist: anyone },
  Mutation: {
    applyForLicence: isLoggedIn,
    requestLicenceUpload: isLoggedIn,
    reviewLicence: reviewsLicences,
    suspendLicence: reviewsLicences,
    reinstateLicence: reviewsLicences,
    renewLicence: reviewsLicences,
  },
  StaffLicence: isApplicantOrReviewer,
  StaffLicenceConnection: reviewsLicences,
  StaffLicenceEdge: reviewsLicences,
  LicenceDocument: isOwnerOrReviewer,
  LicenceUploadTicket: isApplicant,
  // As public as a doctor's profile: who reviewed a prescription stands on it.
  Pharmacist: anyone,
};

function isSelf(actor: Actor, accountId: string): boolean {
  return actor.kind === 'account' && actor.accountId === accountId;
}
