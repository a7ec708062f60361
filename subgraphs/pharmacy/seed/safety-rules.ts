import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SafetyKind, SafetySeverity } from '../../../shared/safety/safety-finding.ts';
import { ruleDefinition } from '../safety/rule.ts';
import { SafetyRule } from '../safety/safety-rule.entity.ts';

const upper = z.string().transform((text) => text.toUpperCase());
const row = ruleDefinition.extend({
  id: z.string(),
  kind: upper.pipe(z.enum(SafetyKind)),
  severity: upper.pipe(z.enum(SafetySeverity)),
  effect_zh: z.string(),
  effect_en: z.string(),
  source: z.string(),
  source_url: z.string().optional(),
  note: z.string().optional(),
  verified: z.boolean(),
});

/** The rules that come with the product. */
export function safetyRules(): SafetyRule[] {
  const file = readFileSync(new URL('./contraindications.json', import.meta.url), 'utf8');
  return z
    .array(row)
    .parse(JSON.parse(file))
    .map(({ id, kind, severity, source, ...each }) =>
      Object.assign(new SafetyRule(), {
        id,
        kind,
        severity,
        definition: JSON.stringify({ a: each.a, b: each.b, condition: each.condition }),
        effectZh: each.effect_zh,
        effectEn: each.effect_en,
        source,
        sourceUrl: each.source_url ?? null,
        note: each.note ?? null,
        isVerified: each.verified,
      }),
    );
}
