import { Field, ID, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';
import { AccountStatus } from '../account/account.entity.ts';
import { LicenceKind, LicenceStatus } from '../staff/licence.entity.ts';
import { StaffTitle } from '../staff/staff-title.ts';

@ObjectType({ description: 'An account as a search shows it. 搜索到的账号' })
export class FoundAccount {
  @Field(() => ID, { description: 'Identifier, `acc_<ULID>`.' })
  id!: string;

  @Field(() => String, { description: 'What others call this person. 昵称' })
  displayName!: string;

  @Field(() => AccountStatus, { description: 'Whether it may be used. 状态' })
  status!: AccountStatus;

  @Field(() => String, { nullable: true, description: 'Where its owner lives, GB/T 2260. 所在地区' })
  city!: string | null;

  @Field(() => DateTime, { description: 'When it was registered. 注册时间' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When somebody last logged in to it. 最近登录' })
  lastLoginAt!: Date | null;
}

@ObjectType({ description: 'A licence as a search shows it. 搜索到的执业资格' })
export class FoundLicence {
  @Field(() => ID, { description: 'Identifier, `lic_<ULID>`.' })
  id!: string;

  @Field(() => LicenceKind, { description: 'For which profession. 类别' })
  kind!: LicenceKind;

  @Field(() => LicenceStatus, { description: 'Where it stands today. 状态' })
  status!: LicenceStatus;

  @Field(() => StaffTitle, { description: 'Professional rank. 职称' })
  title!: StaffTitle;

  @Field(() => String, { description: 'Name as on it; `张**` without `pii.read`. 姓名' })
  name!: string;

  @Field(() => ID, { description: 'The hospital or pharmacy. 执业机构' })
  institutionId!: string;

  @Field(() => ID, { nullable: true, description: 'The department of a doctor. 科室' })
  departmentId!: string | null;

  @Field(() => CalendarDate, { nullable: true, description: 'Its last day; null without one. 有效期至' })
  validUntil!: string | null;
}

@ObjectType({ description: 'One account in a list.' })
export class AccountEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => FoundAccount, { description: 'The account. 账号' })
  node!: FoundAccount;
}

@ObjectType({ description: 'A page of accounts that were searched for. 账号列表' })
export class AccountConnection {
  @Field(() => [AccountEdge], { description: 'The accounts of this page.' })
  edges!: AccountEdge[];

  @Field(() => PageInfo, { description: 'What lies before and behind this page.' })
  pageInfo!: PageInfo;
}
