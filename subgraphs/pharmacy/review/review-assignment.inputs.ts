import { Field, ID, InputType } from 'type-graphql';

@InputType({
  description:
    'Lets a pharmacy review the prescriptions of a hospital, or ends that. 指定或取消医院的审方药房',
})
export class ReviewAssignmentInput {
  @Field(() => ID, { description: 'The hospital, `hos_<ULID>`. 医院' })
  hospitalId!: string;

  @Field(() => ID, { description: 'The pharmacy, `pha_<ULID>`. 药房' })
  pharmacyId!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}
