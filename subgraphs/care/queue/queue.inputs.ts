import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'An appointment whose patient is there. 签到' })
export class CheckInInput {
  @Field(() => ID, { description: 'Which, `apt_<ULID>`.' })
  appointmentId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'A call for whoever is next. 叫号' })
export class CallNextPatientInput {
  @Field(() => ID, {
    description: 'Chosen by the client, the same for every retry; a new one for every new call.',
  })
  idempotencyKey!: string;
}

@InputType({ description: 'A consultation to end. 结束问诊' })
export class CloseConsultationInput {
  @Field(() => ID, { description: 'Which, `con_<ULID>`.' })
  consultationId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
