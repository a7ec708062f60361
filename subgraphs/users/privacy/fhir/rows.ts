import { z } from 'zod';
import type { Collected } from '../../../../shared/privacy/personal-collector.ts';

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const number = z.coerce.number();
const orNull = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);

/** Of every entry of an archive: it holds until it was ended. */
const entry = {
  id: z.string(),
  patientId: z.string(),
  endedVersion: orNull(number),
  endReason: orNull(z.string()),
  recordedAt: z.string(),
};

/** What a bundle is made of: the collected sources that FHIR has a resource for, and what of their rows it needs. */
const shapes = {
  patients: z.object({
    id: z.string(),
    name: z.string(),
    sex: z.enum(['MALE', 'FEMALE', 'UNKNOWN']),
    birthDate: day,
    identityNumber: orNull(z.string()),
    phone: orNull(z.string()),
  }),
  healthArchives: z.object({
    patientId: z.string(),
    version: number,
    pregnancy: z.string(),
    isLactating: orNull(z.union([z.boolean(), number])),
    egfr: orNull(number),
    childPugh: orNull(z.string()),
    weightKg: orNull(number),
    heightCm: orNull(number),
    updatedAt: z.string(),
  }),
  allergies: z.object({
    ...entry,
    name: z.string(),
    substance: z.string(),
    reaction: orNull(z.string()),
    severity: z.enum(['MILD', 'MODERATE', 'SEVERE']),
    status: orNull(z.string()),
  }),
  conditions: z.object({ ...entry, name: z.string(), code: z.string(), since: orNull(day) }),
  medications: z.object({ ...entry, name: z.string(), substance: z.string(), since: orNull(day) }),
  surgeries: z.object({ ...entry, name: z.string(), performedOn: orNull(day) }),
  familyHistories: z.object({
    ...entry,
    relation: z.string(),
    condition: z.string(),
    ageAtOnset: orNull(number),
  }),
  immunisations: z.object({
    ...entry,
    vaccine: z.string(),
    doseNumber: orNull(number),
    givenOn: day,
    lot: orNull(z.string()),
  }),
  observations: z.object({
    id: z.string(),
    patientId: z.string(),
    kind: z.string(),
    takenAt: z.string(),
    /** `120/80 mm[Hg]` or `5.6 mmol/L` */
    value: z.string(),
    note: orNull(z.string()),
    status: z.string(),
  }),
  consents: z.object({
    id: z.string(),
    purpose: z.string(),
    documentVersion: number,
    patientId: orNull(z.string()),
    givenAt: z.string(),
    withdrawnAt: orNull(z.string()),
  }),
} as const;

type Shapes = typeof shapes;
export type RowOf<T extends keyof Shapes> = z.output<Shapes[T]>;

/** The rows of a source; none where users does not keep it. @throws ZodError for rows that are not what they must be */
export function rowsOf<T extends keyof Shapes>(collected: Collected, source: T): RowOf<T>[] {
  const rows = collected[source]?.rows ?? [];
  return rows.map((row) => shapes[source].parse(row) as RowOf<T>);
}
