import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import type { RuleMap } from '../../../shared/rules/rules.ts';
import { isPartyOfInvitation } from '../invitation/invitation.access.ts';
import { isVerified } from '../second-factor/second-factor.access.ts';

export const transferRules: RuleMap = {
  Query: { patientTransfers: isLoggedIn },
  Mutation: {
    offerPatientTransfer: isVerified,
    acceptPatientTransfer: isLoggedIn,
    declinePatientTransfer: isLoggedIn,
    cancelPatientTransfer: isLoggedIn,
  },
  PatientTransfer: isPartyOfInvitation,
  PatientTransferConnection: isLoggedIn,
  PatientTransferEdge: isLoggedIn,
};
