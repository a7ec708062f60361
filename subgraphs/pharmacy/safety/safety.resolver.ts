import { Arg, Ctx, Directive, ID, Query, Resolver } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { SafetyFinding } from '../../../shared/safety/safety-finding.ts';
import type { PharmacyContext } from '../context.ts';
import type { Found } from './safety-check.ts';
import { SafetyLineInput } from './safety.inputs.ts';

const MOST_LINES = 50;
const MOST_CODES = 100;

@Resolver()
export class SafetyResolver {
  @Directive('@inaccessible')
  @Query(() => [SafetyFinding], {
    description:
      'What is wrong with a prescription for this patient, gravest first. For other subgraphs alone.',
  })
  async safetyFindings(
    @Arg('patientId', () => ID, { description: 'The patient, `pat_<ULID>`.' }) patientId: string,
    @Arg('lines', () => [SafetyLineInput], { description: 'At most 50 lines.' }) lines: SafetyLineInput[],
    @Arg('diagnosisCodes', () => [String], { description: 'ICD-10 codes of the consultation, at most 100.' })
    diagnosisCodes: string[],
    @Ctx() { actor, locale, services }: PharmacyContext,
  ): Promise<SafetyFinding[]> {
    atMost(MOST_LINES, 'lines', lines);
    atMost(MOST_CODES, 'diagnosisCodes', diagnosisCodes);
    for (const { skuId } of lines) parseId('sku', skuId);
    const prescribed = { patientId: parseId('pat', patientId), lines, diagnosisCodes };
    return findingsFor(await services.safety.check(prescribed, actor), locale);
  }
}

/** Findings with their words in the language of the caller. */
export function findingsFor(found: readonly Found[], locale: string): SafetyFinding[] {
  return found.map(({ ruleId, kind, severity, lineIds, zh, en, source }) =>
    Object.assign(new SafetyFinding(), {
      ruleId,
      kind,
      severity,
      lineIds: [...lineIds],
      message: locale.startsWith('en') ? en : zh,
      source,
    }),
  );
}

function atMost(most: number, field: string, list: readonly unknown[]): void {
  if (list.length > most) throw new AppError('VALIDATION_FAILED', { field, reason: `0 – ${most}` });
}
