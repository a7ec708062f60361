import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { findVisiblePatient } from './patient.access.ts';
import type { Patient } from './patient.entity.ts';

const isGuardianOrTreatingDoctor = rule<UsersContext, Patient>(
  'isGuardianOrTreatingDoctor',
  async (patient, _args, context) => (await findVisiblePatient(context, patient.id)) !== null,
);

export const patientRules: RuleMap = {
  Query: { myPatients: isLoggedIn, patient: isLoggedIn },
  Mutation: { addPatient: isLoggedIn },
  Patient: {
    id: isGuardianOrTreatingDoctor,
    name: isGuardianOrTreatingDoctor,
    relation: isGuardianOrTreatingDoctor,
    sex: isGuardianOrTreatingDoctor,
    birthDate: isGuardianOrTreatingDoctor,
    ageYears: isGuardianOrTreatingDoctor,
    identityNumber: isGuardianOrTreatingDoctor,
    phone: isGuardianOrTreatingDoctor,
    archive: isGuardianOrTreatingDoctor,
  },
};
