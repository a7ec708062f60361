import { type CodedConcept, CodeSystem } from '../../../shared/medical/coded-concept.ts';
import type { KindSpec } from './observation-kinds.ts';

/** A LOINC code with its name in the language of the reader. */
export function loincOf(
  { loinc, zh, en }: Pick<KindSpec, 'loinc' | 'zh' | 'en'>,
  locale: string,
): CodedConcept {
  const display = locale.toLowerCase().startsWith('en') ? en : zh;
  return { system: CodeSystem.LOINC, code: loinc, display };
}
