import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { holdsSomewhere } from '../../../shared/context/actor.ts';
import type { CareContext } from '../context.ts';
import { isOpenedForCaller } from '../reading/audited-reader.ts';

const mayWriteRecords = rule<CareContext>('mayWriteRecords', (_parent, _args, { actor }) =>
  holdsSomewhere(actor, 'record.write'),
);

/** Versions and diagnoses are reached only through a record, which is opened for one reader. */
export const recordRules: RuleMap = {
  Query: { medicalRecord: isLoggedIn },
  Mutation: {
    saveMedicalRecord: mayWriteRecords,
    signMedicalRecord: mayWriteRecords,
    amendMedicalRecord: mayWriteRecords,
  },
  Patient: { records: isLoggedIn },
  MedicalRecord: isOpenedForCaller,
  MedicalRecordVersion: isLoggedIn,
  Diagnosis: isLoggedIn,
  MedicalRecordConnection: isLoggedIn,
  MedicalRecordEdge: isLoggedIn,
};
