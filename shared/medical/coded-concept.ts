import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { refuseValue } from './refusal.ts';
import { type TextTransformer, textTransformer } from './text-transformer.ts';
import { unitOf } from './units.ts';

export enum CodeSystem {
  ATC = 'ATC',
  ICD10 = 'ICD10',
  ICD9CM3 = 'ICD9CM3',
  LOINC = 'LOINC',
  UCUM = 'UCUM',
}

registerEnumType(CodeSystem, {
  name: 'CodeSystem',
  description: 'Whose code it is. 编码体系',
  valuesConfig: {
    ATC: { description: 'Substances and their groups, WHO. 药物解剖学、治疗学及化学分类' },
    ICD10: { description: 'Diseases, GB/T 14396. 疾病分类与代码' },
    ICD9CM3: { description: 'Operations and procedures. 手术操作分类代码' },
    LOINC: { description: 'Observations and laboratory tests. 检验检查编码' },
    UCUM: { description: 'Units of measure. 计量单位' },
  },
});

@ObjectType({ description: 'A code with the words for it. 编码概念' })
export class CodedConcept {
  @Field(() => CodeSystem, { description: 'Whose code it is. 编码体系' })
  system!: CodeSystem;

  @Field(() => String, { description: 'The code. 编码' })
  code!: string;

  @Field(() => String, { description: 'What it is, as people read it. 名称' })
  display!: string;
}

@InputType({ description: 'A code with the words for it. 编码概念' })
export class CodedConceptInput {
  @Field(() => CodeSystem, { description: 'Whose code it is. 编码体系' })
  system!: CodeSystem;

  @Field(() => String, { description: 'The code. 编码' })
  code!: string;

  @Field(() => String, { description: 'What it is, as people read it, 1 to 128 characters. 名称' })
  display!: string;
}

const SYSTEMS = new Map<string, CodeSystem>(Object.values(CodeSystem).map((each) => [each, each]));
const LONGEST_DISPLAY = 128;
const ATC = /^[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?$/;
const ICD10 = /^[A-Z]\d\d(\.[\dx]\d{0,3})?$/;
const ICD9CM3 = /^\d\d(\.\d{1,2}(x\d{3})?)?$/;
const LOINC = /^\d{1,7}-\d$/;

/** The code as its system writes it, undefined when it is none of it. */
const NORMALISE: Record<CodeSystem, (text: string) => string | undefined> = {
  // Of any of its five levels (WHO).
  [CodeSystem.ATC]: (text) => matching(ATC, text.toUpperCase()),
  // `I10` or `I10.x00`.
  [CodeSystem.ICD10]: (text) => matching(ICD10, text.toUpperCase().replace('.X', '.x')),
  // `47.01` or, extended as the national version does it, `47.01x001`.
  [CodeSystem.ICD9CM3]: (text) => matching(ICD9CM3, text.toLowerCase()),
  [CodeSystem.LOINC]: (text) => (isLoinc(text) ? text : undefined),
  [CodeSystem.UCUM]: (text) => (unitOf(text) ? text : undefined),
};

function matching(pattern: RegExp, text: string): string | undefined {
  return pattern.test(text) ? text : undefined;
}

/** The last digit is a check by Luhn's algorithm over those before it (LOINC Users' Guide). */
function isLoinc(text: string): boolean {
  if (!LOINC.test(text)) return false;
  const digits = Array.from(text.slice(0, -2), Number).toReversed();
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(text.at(-1));
}

/** A code in the one form in which it is stored. @throws AppError VALIDATION_FAILED */
export function codeOf(field: string, system: CodeSystem, text: string): string {
  return (
    NORMALISE[system](text.trim()) ?? refuseValue(field, system === CodeSystem.ICD10 ? 'ICD-10' : system)
  );
}

/** A concept with a code of its system and words that can be read. @throws AppError VALIDATION_FAILED */
export function conceptOf(field: string, { system, code, display }: CodedConceptInput): CodedConcept {
  const words = display.trim();
  const isShort = words !== '' && words.length <= LONGEST_DISPLAY && !/\p{Cc}/u.test(words);
  if (!isShort) refuseValue(`${field}.display`, `1 – ${LONGEST_DISPLAY}`);
  return Object.assign(new CodedConcept(), {
    system,
    code: codeOf(`${field}.code`, system, code),
    display: words,
  });
}

/** `ICD10|I10|原发性高血压`; no code has a bar in it. */
export function conceptText({ system, code, display }: CodedConcept): string {
  return `${system}|${code}|${display}`;
}

/** The concept of {@link conceptText}. @throws AppError VALIDATION_FAILED */
export function parseConcept(field: string, text: string): CodedConcept {
  const [name = '', code = '', ...display] = text.split('|');
  const system = SYSTEMS.get(name);
  if (system === undefined) return refuseValue(field, 'ICD10|I10|…');
  return conceptOf(field, { system, code, display: display.join('|') });
}

/** Concepts in a column of text, `ICD10|I10|原发性高血压`. */
export const conceptColumn: TextTransformer<CodedConcept> = textTransformer(conceptText, (text) =>
  parseConcept('concept', text),
);
