import { AppError } from '../../../shared/errors/app-error.ts';
import { checkedDiagnoses, type Diagnosis, type DiagnosisInput } from './diagnosis.ts';

/** What a record says, as it is encrypted. */
export interface RecordContent {
  readonly chiefComplaint: string;
  readonly presentIllness: string;
  readonly examination: string;
  readonly diagnoses: Diagnosis[];
  readonly plan: string;
}

/** What a signature of a record stands over: its canonical JSON is kept and hashed. */
export interface RecordDocument extends RecordContent {
  readonly recordId: string;
  readonly number: number;
  readonly consultationId: string;
  readonly patientId: string;
  readonly doctorId: string;
  readonly hospitalId: string;
  readonly authorAccountId: string;
  /** Why it was amended; empty in the first version. */
  readonly reason: string;
  /** ISO 8601. */
  readonly signedAt: string;
  /** Hash of the version before, so that none can be taken away; empty in the first one. */
  readonly previousHash: string;
}

export interface GivenContent {
  readonly chiefComplaint?: string | null;
  readonly presentIllness?: string | null;
  readonly examination?: string | null;
  readonly diagnoses?: DiagnosisInput[] | null;
  readonly plan?: string | null;
}

export const NOTHING: RecordContent = {
  chiefComplaint: '',
  presentIllness: '',
  examination: '',
  diagnoses: [],
  plan: '',
};

const LONGEST = { chiefComplaint: 500, presentIllness: 5000, examination: 5000, plan: 5000 } as const;

/** @param before what stands where nothing is given. @throws AppError VALIDATION_FAILED */
export function checkedContent(given: GivenContent, before: RecordContent): RecordContent {
  const text = (field: keyof typeof LONGEST) =>
    checkedText(field, given[field] ?? before[field], LONGEST[field]);
  return {
    chiefComplaint: text('chiefComplaint'),
    presentIllness: text('presentIllness'),
    examination: text('examination'),
    diagnoses: given.diagnoses ? checkedDiagnoses(given.diagnoses) : before.diagnoses,
    plan: text('plan'),
  };
}

/** A draft may be half done; what is signed says at least why the patient came and what is to be done. */
export function assertComplete(content: RecordContent): void {
  for (const field of ['chiefComplaint', 'plan'] as const)
    checkedText(field, content[field], LONGEST[field], 1);
}

/** Without spaces around it. @throws AppError VALIDATION_FAILED */
export function checkedText(field: string, given: string, longest: number, shortest = 0): string {
  const text = given.trim();
  if (text.length >= shortest && text.length <= longest) return text;
  throw new AppError('VALIDATION_FAILED', { field, reason: `${shortest} – ${longest}` });
}
