import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { UsersContext } from '../context.ts';
import { findVisiblePatient } from '../patient/patient.access.ts';

/** Subgraphs get entries with the profile of a patient, which is theirs alone. */
const mayKnowThePatient = rule<UsersContext, { patientId: string }>(
  'mayKnowThePatient',
  async ({ patientId }, _args, context) =>
    context.actor.kind === 'service' || (await findVisiblePatient(context, patientId)) !== null,
);

export const archiveRules: RuleMap = {
  Mutation: {
    recordAllergy: isLoggedIn,
    recordCondition: isLoggedIn,
    recordMedication: isLoggedIn,
    recordSurgery: isLoggedIn,
    recordFamilyHistory: isLoggedIn,
    recordImmunisation: isLoggedIn,
    endArchiveEntry: isLoggedIn,
    updateHealthArchive: isLoggedIn,
  },
  HealthArchive: mayKnowThePatient,
  Allergy: mayKnowThePatient,
  MedicalCondition: mayKnowThePatient,
  CurrentMedication: mayKnowThePatient,
  Surgery: mayKnowThePatient,
  FamilyHistory: mayKnowThePatient,
  Immunisation: mayKnowThePatient,
  ArchiveVersion: mayKnowThePatient,
  ArchiveVersionConnection: isLoggedIn,
  ArchiveVersionEdge: isLoggedIn,
  ArchiveChange: isLoggedIn,
  // Reached only through an archive, which is opened for one reader or asked for by a subgraph.
  ArchiveAuthor: anyone,
  RenalFunction: anyone,
  LiverFunction: anyone,
};
