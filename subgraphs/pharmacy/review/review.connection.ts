import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { PrescriptionReview } from './prescription-review.entity.ts';

@ObjectType({ description: 'One review in a list.' })
export class PrescriptionReviewEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => PrescriptionReview, { description: 'The review. 审核' })
  node!: PrescriptionReview;
}

@ObjectType({ description: 'A page of reviews, the longest waiting first. 审方列表' })
export class PrescriptionReviewConnection {
  @Field(() => [PrescriptionReviewEdge], { description: 'The reviews of this page.' })
  edges!: PrescriptionReviewEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
