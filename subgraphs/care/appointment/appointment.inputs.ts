import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'A place to book. 预约挂号' })
export class BookAppointmentInput {
  @Field(() => ID, { description: 'The slot, `slt_<ULID>`. 号源' })
  slotId!: string;

  @Field(() => ID, { description: 'For whom: a patient of the calling account, `pat_<ULID>`. 就诊人' })
  patientId!: string;

  @Field(() => String, { nullable: true, description: 'What it is about, up to 500 characters. 就诊原因' })
  reason?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where and when a doctor diagnosed this before, up to 500 characters; without it, or a record here, there can be advice but no prescription. 既往诊断',
  })
  earlierDiagnosis?: string | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'An appointment to cancel. 取消预约' })
export class CancelAppointmentInput {
  @Field(() => ID, { description: 'Which, `apt_<ULID>`.' })
  appointmentId!: string;

  @Field(() => Int, { description: 'The version that the caller has seen. 版本' })
  expectedVersion!: number;

  @Field(() => String, { nullable: true, description: 'Why, up to 500 characters. 取消原因' })
  reason?: string | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
