import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@Directive('@inaccessible')
@ObjectType({ description: 'That somebody was at a document of a patient, for the other subgraphs.' })
export class RecordAccess {
  @Field(() => ID, { description: 'Identifier of the audit entry, `aud_<ULID>`.' })
  id!: string;

  @Field(() => ID, { description: 'The patient of the document.' })
  patientId!: string;

  @Field(() => DateTime, { description: 'When.' })
  at!: Date;

  @Field(() => String, { description: 'An account, or `service:<name>`.' })
  actor!: string;

  @Field(() => String, { description: 'What was done, such as `medical_record.read`.' })
  action!: string;
}
