import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { ReviewCheckInput } from './review-items.ts';

export enum ReviewDecision {
  APPROVE = 'APPROVE',
  REJECT = 'REJECT',
}

registerEnumType(ReviewDecision, {
  name: 'ReviewDecision',
  description: 'How a review ends. 审方结论',
  valuesConfig: {
    APPROVE: { description: '通过' },
    REJECT: { description: 'The doctor has to write another one. 不通过，退回医师' },
  },
});

@InputType({ description: 'A pharmacist decides on a prescription. 审核处方' })
export class ReviewPrescriptionInput {
  @Field(() => ID, { description: 'The prescription, `rxn_<ULID>`. 处方' })
  prescriptionId!: string;

  @Field(() => ReviewDecision, { description: 'How it ends. 结论' })
  decision!: ReviewDecision;

  @Field(() => [ReviewCheckInput], { description: 'All ten items, each once. 四查十对' })
  checks!: ReviewCheckInput[];

  @Field(() => String, {
    nullable: true,
    description: 'Why it is rejected, 1 to 500 characters; a remark where it is approved. 理由',
  })
  reason?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether the pharmacist has looked again at every finding MAJOR or CANNOT_CHECK.\n药师是否已复核全部严重警示与无法审查的项目。',
  })
  secondLook!: boolean;

  @Field(() => Int, { description: 'The version of the review that was looked at. 版本' })
  expectedVersion!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
