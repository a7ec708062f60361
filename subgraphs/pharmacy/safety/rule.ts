import { z } from 'zod';
import type { SafetyKind, SafetySeverity } from '../../../shared/safety/safety-finding.ts';

/** An ATC code of the WHO index, or the beginning of one: that of a group. */
export const atcPrefix = z.string().regex(/^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$/);

const agent = z.object({
  zh: z.string(),
  en: z.string(),
  level: z.enum(['substance', 'class']),
  /** Beginnings of ATC codes; an ingredient that has one of them is meant. */
  codes: z.array(atcPrefix).min(1),
});

const condition = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('pregnancy'),
    trimester: z.array(z.number().int().min(1).max(3)).optional(),
    from_week: z.number().int().optional(),
  }),
  z.object({ type: z.literal('lactation') }),
  z.object({
    type: z.literal('age'),
    lt_years: z.number().optional(),
    lt_months: z.number().optional(),
    lte_days: z.number().optional(),
    gte_years: z.number().optional(),
  }),
  z.object({ type: z.literal('egfr'), lt: z.number(), gte: z.number().optional() }),
  z.object({ type: z.literal('crcl'), lt: z.number(), gte: z.number().optional() }),
  z.object({ type: z.literal('child_pugh'), in: z.array(z.enum(['A', 'B', 'C'])) }),
  z.object({ type: z.literal('diagnosis'), icd10: z.array(z.string().regex(/^[A-Z]\d{2}(\.\d+)?$/)) }),
  z.object({
    type: z.literal('allergy_severity'),
    in: z.array(z.enum(['anaphylaxis', 'mild', 'unknown'])),
  }),
  z.object({
    type: z.literal('max_daily_dose'),
    /** Milligrams a day for an adult. */
    mg: z.number(),
    /** For a product that is sold without prescription: that of its label. */
    otc_mg: z.number().optional(),
    /** From 65 years. */
    elderly_mg: z.number().optional(),
    max_days: z.number().int().optional(),
  }),
  z.object({
    type: z.literal('lifestyle'),
    smoker: z.literal(true).optional(),
    alcohol: z.literal(true).optional(),
    gte_years: z.number().optional(),
  }),
]);

/** What a rule matches; for an allergy `a` is prescribed and `b` is the allergen. */
export const ruleDefinition = z.object({
  a: agent,
  b: agent.optional(),
  condition: condition.optional(),
});

export type Agent = z.infer<typeof agent>;
export type Condition = z.infer<typeof condition>;
export type DoseCondition = Extract<Condition, { type: 'max_daily_dose' }>;

export interface Rule extends z.infer<typeof ruleDefinition> {
  readonly id: string;
  readonly kind: SafetyKind;
  readonly severity: SafetySeverity;
  readonly effectZh: string;
  readonly effectEn: string;
  readonly source: string;
}

/** Whether an ingredient is one of those meant, by the beginning of its code. */
export function isMeant({ codes }: Agent, atc: string): boolean {
  return codes.some((code) => atc.startsWith(code));
}
