import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@ObjectType({ description: 'Who did or read what. 审计记录' })
export class AuditTrailEntry {
  @Field(() => ID, { description: 'Identifier, `aud_<ULID>`.' })
  id!: string;

  @Field(() => DateTime, { description: 'When. 时间' })
  at!: Date;

  @Field(() => String, { description: 'Who: an account, a service of the platform, or anonymous. 操作者' })
  actor!: string;

  @Field(() => String, { description: 'What, such as role.grant. 操作' })
  action!: string;

  @Field(() => String, { description: 'Of what type the thing is that it was done to. 对象类型' })
  subjectType!: string;

  @Field(() => String, { description: 'Which one. 对象' })
  subjectId!: string;

  @Field(() => String, { description: 'The request that it belongs to; empty for none. 请求编号' })
  requestId!: string;

  @Field(() => String, { description: 'More of it, as JSON: codes and identifiers. 详情' })
  detail!: string;
}

@ObjectType({ description: 'One entry in a list.' })
export class AuditTrailEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => AuditTrailEntry, { description: 'The entry. 审计记录' })
  node!: AuditTrailEntry;
}

@ObjectType({ description: 'A page of the audit, the newest first. 审计列表' })
export class AuditTrailConnection {
  @Field(() => [AuditTrailEdge], { description: 'The entries of this page.' })
  edges!: AuditTrailEdge[];

  @Field(() => PageInfo, { description: 'What lies before and behind this page.' })
  pageInfo!: PageInfo;
}

@InputType({ description: 'Which entries; what is not said is not asked for. 审计筛选' })
export class AuditTrailFilter {
  @Field(() => String, { nullable: true, description: 'Who did it. 操作者' })
  actor?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of what type the thing is; goes with its identifier.',
  })
  subjectType?: string | null;

  @Field(() => String, { nullable: true, description: 'To which one it was done. 对象' })
  subjectId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was done; without actor and subject it needs a beginning. 操作',
  })
  action?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'From when, this moment included. 起始' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when, this moment not included. 截止' })
  to?: Date | null;
}
