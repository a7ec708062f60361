import { z } from 'zod';

const id = z.string().min(1).max(40);
const instant = z.iso.datetime();

/**
 * A signed prescription as the pharmacy keeps it: everything that 处方管理办法 article 5 and annex 1 ask of the sheet,
 * with the doctor's signature over `hash`.
 */
export const prescriptionSnapshot = z.object({
  prescriptionId: id,
  version: z.number().int().positive(),
  consultationId: id,
  hospitalId: id,
  hospitalName: z.string(),
  departmentName: z.string(),
  doctorId: id,
  doctorAccountId: id,
  doctorName: z.string(),
  patientId: id,
  patientAccountId: id,
  patientName: z.string(),
  patientSex: z.enum(['MALE', 'FEMALE', 'UNKNOWN']),
  patientAgeYears: z.number().int().nonnegative(),
  diagnoses: z.array(z.object({ code: z.string(), name: z.string() })),
  lines: z
    .array(
      z.object({
        lineId: id,
        skuId: id,
        name: z.string(),
        strength: z.string(),
        /** Packs to hand out. */
        quantity: z.number().int().positive(),
        /** One dose, a decimal number and its unit: `0.5` `g`. */
        doseValue: z.string(),
        doseUnit: z.string(),
        /** Doses a day. */
        timesPerDay: z.number().int().positive(),
        route: z.string(),
        days: z.number().int().positive(),
        instructions: z.string(),
      }),
    )
    .min(1),
  /** The doctor's written reasons for going against a major warning, or for what could not be checked. */
  overrides: z.array(z.object({ ruleId: z.string(), reason: z.string() })),
  /** Why the supply is for longer than seven days, where it is. */
  longSupplyReason: z.string().optional(),
  signedAt: instant,
  /** It is valid before this instant: a midnight in Shanghai. */
  validUntil: instant,
  /** SHA-256, hexadecimal, of the canonical JSON of all of the above. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.object({ algorithm: z.string(), keyId: id, value: z.string() }),
});

export type PrescriptionSnapshot = z.infer<typeof prescriptionSnapshot>;
