import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import type { RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import { isOpenedForCaller } from '../reading/audited-reader.ts';

const mayWriteRecords = somewhere('record.write');

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
