import { Field, Int, ObjectType } from 'type-graphql';
import { Entity } from 'typeorm';
import { CodedConcept } from '../../../shared/medical/coded-concept.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { ArchiveEntry } from './archive-entry.entity.ts';
import { FamilyRelation } from './archive-entry.types.ts';

@Entity('surgery')
@ObjectType({ description: 'An operation that a patient has had. 手术史' })
export class Surgery extends ArchiveEntry {
  @Field(() => String, { description: 'Its name, as people read it. 手术名称' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'ICD-9-CM-3 code. 手术编码' })
  code!: string | null;

  @Field(() => CalendarDate, { nullable: true, description: 'When it was done. 手术日期' })
  performedOn!: string | null;

  @Field(() => String, { nullable: true, description: 'Where, as the patient tells it. 手术医院' })
  hospital!: string | null;
}

@Entity('family_history')
@ObjectType({ description: 'A disease in the family of a patient. 家族史' })
export class FamilyHistory extends ArchiveEntry {
  @Field(() => FamilyRelation, { description: 'Who has or had it. 亲属关系' })
  relation!: FamilyRelation;

  @Field(() => CodedConcept, { description: 'The disease, ICD-10. 疾病' })
  condition!: CodedConcept;

  @Field(() => Int, { nullable: true, description: 'Age in years when it began. 发病年龄' })
  ageAtOnset!: number | null;
}

@Entity('immunisation')
@ObjectType({ description: 'A vaccine that a patient was given. 预防接种' })
export class Immunisation extends ArchiveEntry {
  @Field(() => CodedConcept, { description: 'The vaccine, ATC `J07…`. 疫苗' })
  vaccine!: CodedConcept;

  @Field(() => Int, { nullable: true, description: 'Which dose of its series, from 1. 剂次' })
  doseNumber!: number | null;

  @Field(() => CalendarDate, { description: 'When it was given. 接种日期' })
  givenOn!: string;

  @Field(() => String, { nullable: true, description: 'Lot of the vaccine. 疫苗批号' })
  lot!: string | null;
}
