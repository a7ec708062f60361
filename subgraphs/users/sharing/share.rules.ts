import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import type { RuleMap } from '../../../shared/rules/rules.ts';
import { isPartyOfInvitation } from '../invitation/invitation.access.ts';
import { isPatientsGuardian } from '../patient/patient.access.ts';
import { isVerified } from '../second-factor/second-factor.access.ts';

export const shareRules: RuleMap = {
  Query: { sharedWithMe: isLoggedIn },
  Mutation: { sharePatient: isVerified, acceptPatientShare: isLoggedIn, revokePatientShare: isLoggedIn },
  Patient: { shares: isPatientsGuardian },
  PatientShare: isPartyOfInvitation,
  PatientShareConnection: isLoggedIn,
  PatientShareEdge: isLoggedIn,
};
