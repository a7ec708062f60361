import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { PregnancyStatus } from '../archive/archive.entity.ts';
import { Allergy, CurrentMedication, MedicalCondition } from '../archive/archive-entry.entity.ts';
import { ChildPugh } from '../archive/child-pugh.ts';
import { Alcohol, Smoking } from '../archive/lifestyle.ts';
import { DoctorTitle } from '../doctor/doctor.entity.ts';
import { PatientStatus, Sex } from '../patient/patient.entity.ts';

@Directive('@inaccessible')
@ObjectType({ description: 'A patient with what has to be known before treatment, for the other subgraphs.' })
export class PatientProfile {
  @Field(() => ID, { description: 'The patient, `pat_<ULID>`.' })
  id!: string;

  @Field(() => ID, { description: 'The account that speaks for the patient.' })
  accountId!: string;

  @Field(() => PatientStatus, {
    description: 'Whether it is on the list of the account; nothing new is begun with one that was removed.',
  })
  status!: PatientStatus;

  @Field(() => String, { description: 'Full name.' })
  name!: string;

  @Field(() => Sex, { description: 'Sex.' })
  sex!: Sex;

  @Field(() => CalendarDate, { description: 'Day of birth.' })
  birthDate!: string;

  @Field(() => String, { nullable: true, description: 'Identity number, in full.' })
  identityNumber!: string | null;

  @Field(() => [Allergy], { description: 'What the patient is allergic to.' })
  allergies!: readonly Allergy[];

  @Field(() => [MedicalCondition], { description: 'The diseases of the patient.' })
  conditions!: readonly MedicalCondition[];

  @Field(() => [CurrentMedication], { description: 'What the patient takes.' })
  medications!: readonly CurrentMedication[];

  @Field(() => PregnancyStatus, { description: 'Whether she is pregnant.' })
  pregnancy!: PregnancyStatus;

  @Field(() => Int, { nullable: true, description: 'Completed weeks of pregnancy today.' })
  pregnancyWeeks!: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether she breastfeeds; null if not known.' })
  isLactating!: boolean | null;

  @Field(() => Float, { nullable: true, description: 'eGFR, mL/min/1.73 m²; null if not known.' })
  egfr!: number | null;

  @Field(() => Float, { nullable: true, description: 'Clearance of creatinine, mL/min; null if not known.' })
  creatinineClearance!: number | null;

  @Field(() => Smoking, { nullable: true, description: 'Whether the patient smokes; null if not known.' })
  smoking!: Smoking | null;

  @Field(() => Alcohol, { nullable: true, description: 'How much alcohol is drunk; null if not known.' })
  alcohol!: Alcohol | null;

  @Field(() => ChildPugh, { nullable: true, description: 'Function of the liver; null if not known.' })
  childPugh!: ChildPugh | null;

  @Field(() => Int, { description: 'Version of the archive that all of this is from.' })
  archiveVersion!: number;
}

@Directive('@inaccessible')
@ObjectType({ description: 'A doctor with the login, for the other subgraphs.' })
export class DoctorProfile {
  @Field(() => ID, { description: 'The doctor, `doc_<ULID>`.' })
  id!: string;

  @Field(() => ID, { description: 'The login of the doctor, `acc_<ULID>`.' })
  accountId!: string;

  @Field(() => String, { description: 'Name as on the licence.' })
  name!: string;

  @Field(() => DoctorTitle, { description: 'Professional rank.' })
  title!: DoctorTitle;

  @Field(() => ID, { nullable: true, description: 'The hospital of a licence that is valid today.' })
  hospitalId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The department told with it.' })
  departmentId!: string | null;
}
