import { Field, InputType, Int } from 'type-graphql';
import { CodedConceptInput } from '../../../shared/medical/coded-concept.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { FamilyRelation } from './archive-entry.types.ts';
import { SourcedInput } from './archive.inputs.ts';

@InputType({
  description: 'An operation; an earlier entry of the same code, or name, and day is replaced. 记录手术史',
})
export class RecordSurgeryInput extends SourcedInput {
  @Field(() => String, { description: 'Its name, 1 to 128 characters. 手术名称' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'ICD-9-CM-3 code, such as `47.01`. 手术编码' })
  code?: string | null;

  @Field(() => CalendarDate, { nullable: true, description: 'When it was done. 手术日期' })
  performedOn?: string | null;

  @Field(() => String, { nullable: true, description: 'Where, 1 to 128 characters. 手术医院' })
  hospital?: string | null;
}

@InputType({
  description:
    'A disease in the family; an earlier entry of the same relation and code is replaced. 记录家族史',
})
export class RecordFamilyHistoryInput extends SourcedInput {
  @Field(() => FamilyRelation, { description: 'Who has or had it. 亲属关系' })
  relation!: FamilyRelation;

  @Field(() => CodedConceptInput, { description: 'The disease, with a code of ICD10. 疾病' })
  condition!: CodedConceptInput;

  @Field(() => Int, { nullable: true, description: 'Age in years when it began, 0 to 120. 发病年龄' })
  ageAtOnset?: number | null;
}

@InputType({
  description:
    'A vaccination; an earlier entry of the same vaccine and dose, or day, is replaced. 记录预防接种',
})
export class RecordImmunisationInput extends SourcedInput {
  @Field(() => CodedConceptInput, { description: 'The vaccine, with a code of ATC below `J07`. 疫苗' })
  vaccine!: CodedConceptInput;

  @Field(() => Int, { nullable: true, description: 'Which dose of its series, 1 to 20. 剂次' })
  doseNumber?: number | null;

  @Field(() => CalendarDate, { description: 'When it was given. 接种日期' })
  givenOn!: string;

  @Field(() => String, { nullable: true, description: 'Lot of the vaccine, 1 to 32 characters. 疫苗批号' })
  lot?: string | null;
}
