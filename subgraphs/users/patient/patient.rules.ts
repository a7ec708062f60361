import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { findVisiblePatient, isPatientsGuardian } from './patient.access.ts';
import type { Patient } from './patient.entity.ts';

/** The guardian, those with whom it is shared, and doctors who treat the patient. */
const maySeeThePatient = rule<UsersContext, Patient>(
  'maySeeThePatient',
  async (patient, _args, context) => (await findVisiblePatient(context, patient.id)) !== null,
);

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
