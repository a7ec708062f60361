import { ArgsType, Field, ID, InputType, registerEnumType } from 'type-graphql';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';
import { AccountStatus } from '../account/account.entity.ts';
import { PatientRelation, PatientStatus, Sex } from '../patient/patient.entity.ts';
import { LicenceKind, LicenceStatus } from '../staff/licence.entity.ts';
import { StaffTitle } from '../staff/staff-title.ts';

export const SortDirection = { ASC: 'ASC', DESC: 'DESC' } as const;
export type SortDirection = keyof typeof SortDirection;

registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Which end of a list comes first. 排序方向',
  valuesConfig: {
    ASC: { description: 'The smallest and the oldest. 升序' },
    DESC: { description: 'The greatest and the newest. 降序' },
  },
});

export const AccountSortField = { REGISTERED_AT: 'REGISTERED_AT', LAST_LOGIN_AT: 'LAST_LOGIN_AT' } as const;
export type AccountSortField = keyof typeof AccountSortField;

registerEnumType(AccountSortField, {
  name: 'AccountSortField',
  description: 'By what accounts are sorted. 账号排序字段',
  valuesConfig: {
    REGISTERED_AT: { description: '注册时间' },
    LAST_LOGIN_AT: { description: 'Who has never logged in counts as the oldest. 最近登录时间' },
  },
});

export const PatientSortField = { ADDED_AT: 'ADDED_AT', BIRTH_DATE: 'BIRTH_DATE' } as const;
export type PatientSortField = keyof typeof PatientSortField;

registerEnumType(PatientSortField, {
  name: 'PatientSortField',
  description: 'By what patients are sorted. 就诊人排序字段',
  valuesConfig: {
    ADDED_AT: { description: '添加时间' },
    BIRTH_DATE: { description: '出生日期' },
  },
});

@InputType({ description: 'Which accounts; all of what is said must hold. 账号筛选' })
export class AccountFilter {
  @Field(() => String, {
    nullable: true,
    description: 'Name of a role that it was granted, such as DOCTOR. 角色',
  })
  role?: string | null;

  @Field(() => AccountStatus, { nullable: true, description: 'Its state. 状态' })
  status?: AccountStatus | null;

  @Field(() => String, { nullable: true, description: 'The mobile number it logs in with. 手机号' })
  phone?: string | null;

  @Field(() => String, { nullable: true, description: 'What its display name begins with. 昵称前缀' })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Identity number of a patient it has or had. 就诊人身份证号',
  })
  identityNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where its owner lives, GB/T 2260: 330106 for a district, 330100 for all of a city. 地区',
  })
  city?: string | null;

  @Field(() => ID, { nullable: true, description: 'Hospital or pharmacy of its licence. 执业机构' })
  institutionId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Department of the same licence. 科室' })
  departmentId?: string | null;

  @Field(() => StaffTitle, { nullable: true, description: 'Rank by the same licence. 职称' })
  title?: StaffTitle | null;

  @Field(() => LicenceStatus, {
    nullable: true,
    description: 'Where that licence stands today. 执业资格状态',
  })
  licenceStatus?: LicenceStatus | null;

  @Field(() => LicenceKind, { nullable: true, description: 'For which profession it is. 执业类别' })
  licenceKind?: LicenceKind | null;

  @Field(() => DateTime, { nullable: true, description: 'Registered then or later. 注册起始' })
  registeredFrom?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Registered before then. 注册截止' })
  registeredTo?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Last logged in then or later. 最近登录起始' })
  lastLoginFrom?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Last logged in before then. 最近登录截止' })
  lastLoginTo?: Date | null;
}

@InputType({ description: 'The order of accounts; what is equal is told apart by identifier. 账号排序' })
export class AccountSort {
  @Field(() => AccountSortField, { description: 'By what. 字段' })
  field!: AccountSortField;

  @Field(() => SortDirection, { defaultValue: SortDirection.DESC, description: 'Which end first. 方向' })
  direction!: SortDirection;
}

@ArgsType()
export class SearchAccountsArgs extends PageArgs {
  @Field(() => AccountFilter, { nullable: true, description: 'Which ones; all without it. 筛选' })
  filter?: AccountFilter | null;

  @Field(() => AccountSort, { nullable: true, description: 'The newest first without it. 排序' })
  sort?: AccountSort | null;
}

@InputType({ description: 'Which patients; all of what is said must hold. 就诊人筛选' })
export class PatientFilter {
  @Field(() => String, { nullable: true, description: 'The whole name. 姓名' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The mobile number of the patient. 手机号' })
  phone?: string | null;

  @Field(() => String, { nullable: true, description: 'Identity number (GB 11643). 身份证号' })
  identityNumber?: string | null;

  @Field(() => Sex, { nullable: true, description: 'Sex. 性别' })
  sex?: Sex | null;

  @Field(() => CalendarDate, { nullable: true, description: 'Born on that day or later. 出生日期起始' })
  birthDateFrom?: string | null;

  @Field(() => CalendarDate, { nullable: true, description: 'Born on that day or before. 出生日期截止' })
  birthDateTo?: string | null;

  @Field(() => PatientRelation, { nullable: true, description: 'Who it is to the account. 关系' })
  relation?: PatientRelation | null;

  @Field(() => ID, { nullable: true, description: 'Whose patient, `acc_<ULID>`. 账号' })
  accountId?: string | null;

  @Field(() => PatientStatus, { nullable: true, description: 'Whether on the list of the account. 状态' })
  status?: PatientStatus | null;

  @Field(() => DateTime, { nullable: true, description: 'Added then or later. 添加起始' })
  createdFrom?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Added before then. 添加截止' })
  createdTo?: Date | null;
}

@InputType({ description: 'The order of patients; what is equal is told apart by identifier. 就诊人排序' })
export class PatientSort {
  @Field(() => PatientSortField, { description: 'By what. 字段' })
  field!: PatientSortField;

  @Field(() => SortDirection, { defaultValue: SortDirection.DESC, description: 'Which end first. 方向' })
  direction!: SortDirection;
}

@ArgsType()
export class SearchPatientsArgs extends PageArgs {
  @Field(() => PatientFilter, { nullable: true, description: 'Which ones; all without it. 筛选' })
  filter?: PatientFilter | null;

  @Field(() => PatientSort, { nullable: true, description: 'The newest first without it. 排序' })
  sort?: PatientSort | null;
}
