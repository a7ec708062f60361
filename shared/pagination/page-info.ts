import { Directive, Field, ObjectType } from 'type-graphql';

@Directive('@shareable')
@ObjectType({ description: 'What lies behind a page (Relay cursor connections). 分页信息' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are more.' })
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Give this as `after` to go on.' })
  endCursor!: string | null;
}
