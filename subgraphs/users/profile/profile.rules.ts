import { isService } from '../../../shared/rules/identity-rules.ts';
import type { RuleMap } from '../../../shared/rules/rules.ts';

export const profileRules: RuleMap = {
  Query: {
    patientProfile: isService,
    doctorProfile: isService,
    doctorOfAccount: isService,
    isOwnPatient: isService,
  },
  PatientProfile: isService,
  DoctorProfile: isService,
};
