import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

/** A doctor's profile is public: patients choose by it before they log in. */
export const doctorRules: RuleMap = {
  Query: { doctor: anyone, doctors: anyone },
  Doctor: anyone,
  PublicLicence: anyone,
  DoctorConnection: anyone,
  DoctorEdge: anyone,
};
