import { readFileSync } from 'node:fs';
import { Field, InputType, ObjectType } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';

const MOST = 10;
const LONGEST_NAME = 100;
/** ICD-10 as GB/T 14396 writes it, with the national insurance's extensions: `I10`, `E11.9`, `I10.x00x002`. */
const CODE = /^[A-Z]\d{2}(\.(\d{1,3}|x\d{2})(x\d{3})?)?$/;

@ObjectType({ description: 'A diagnosis. 诊断' })
export class Diagnosis {
  @Field(() => String, { description: 'ICD-10 (GB/T 14396), such as `I10`. 诊断编码' })
  code!: string;

  @Field(() => String, { description: 'Its name. 诊断名称' })
  name!: string;
}

@InputType({ description: 'A diagnosis to write down. 诊断' })
export class DiagnosisInput {
  @Field(() => String, { description: 'ICD-10 (GB/T 14396), such as `I10`. 诊断编码' })
  code!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its name; where the catalogue knows the code, the name of the catalogue is taken. 诊断名称',
  })
  name?: string | null;
}

const names = new Map(
  (
    JSON.parse(readFileSync(new URL('../seed/icd10.json', import.meta.url), 'utf8')) as {
      code: string;
      zh: string;
    }[]
  ).map(({ code, zh }) => [code, zh]),
);

/** Codes by their form, names by the catalogue. @throws AppError VALIDATION_FAILED */
export function checkedDiagnoses(given: readonly DiagnosisInput[]): Diagnosis[] {
  if (given.length > MOST) throw wrong('diagnoses', `0 – ${MOST}`);
  const codes = given.map(({ code }) => code.trim());
  if (new Set(codes).size < codes.length) throw wrong('diagnoses.code', 'twice the same');
  return given.map((each, index) => {
    const code = codes[index] ?? '';
    if (!CODE.test(code)) throw wrong('diagnoses.code', 'ICD-10');
    const name = names.get(code) ?? each.name?.trim() ?? '';
    if (name === '' || name.length > LONGEST_NAME) throw wrong('diagnoses.name', `1 – ${LONGEST_NAME}`);
    return { code, name };
  });
}

function wrong(field: string, reason: string): AppError {
  return new AppError('VALIDATION_FAILED', { field, reason });
}
