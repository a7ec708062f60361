import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Consent } from './consent.entity.ts';

@ObjectType({ description: 'One consent in a list.' })
export class ConsentEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Consent, { description: 'The consent. 同意记录' })
  node!: Consent;
}

@ObjectType({ description: 'A page of consents, the newest first. 同意记录列表' })
export class ConsentConnection {
  @Field(() => [ConsentEdge], { description: 'The consents of this page.' })
  edges!: ConsentEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
