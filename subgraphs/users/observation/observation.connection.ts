import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Observation } from './observation.entity.ts';

@ObjectType({ description: 'One observation in a list.' })
export class ObservationEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Observation, { description: 'The observation. 监测数据' })
  node!: Observation;
}

@ObjectType({ description: 'A page of observations, the latest first. 监测数据列表' })
export class ObservationConnection {
  @Field(() => [ObservationEdge], { description: 'The observations of this page.' })
  edges!: ObservationEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
