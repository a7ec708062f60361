import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import type { RuleMap } from '../../../shared/rules/rules.ts';
import { maySeeThePatient } from './patient-row.rules.ts';
import { isPatientsGuardian } from './patient.access.ts';

export const patientRules: RuleMap = {
  Query: { myPatients: isLoggedIn, patient: isLoggedIn },
  Mutation: { addPatient: isLoggedIn, updatePatient: isLoggedIn, removePatient: isLoggedIn },
  Patient: {
    id: maySeeThePatient,
    name: maySeeThePatient,
    relation: maySeeThePatient,
    sex: maySeeThePatient,
    birthDate: maySeeThePatient,
    ageYears: maySeeThePatient,
    identityNumber: maySeeThePatient,
    phone: maySeeThePatient,
    status: maySeeThePatient,
    version: maySeeThePatient,
    needsOwnConsent: isPatientsGuardian,
    archive: maySeeThePatient,
  },
};
