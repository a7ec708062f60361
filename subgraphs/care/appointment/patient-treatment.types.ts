import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@inaccessible')
@ObjectType({
  description: 'That a doctor treats a patient at a place. For the other subgraphs alone. 诊疗关系',
})
export class PatientTreatment {
  @Field(() => ID, { description: 'The patient, `pat_<ULID>`. 就诊人' })
  patientId!: string;

  @Field(() => ID, { description: 'The hospital of the appointment, `hos_<ULID>`. 医院' })
  hospitalId!: string;

  @Field(() => ID, { description: 'The department of the appointment, `dep_<ULID>`. 科室' })
  departmentId!: string;
}
