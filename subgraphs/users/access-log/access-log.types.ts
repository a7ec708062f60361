import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum AccessVia {
  GUARDIAN = 'GUARDIAN',
  FORMER_GUARDIAN = 'FORMER_GUARDIAN',
  TREATMENT = 'TREATMENT',
  SHARING = 'SHARING',
  OFFICE = 'OFFICE',
  SYSTEM = 'SYSTEM',
  OTHER = 'OTHER',
}

registerEnumType(AccessVia, {
  name: 'AccessVia',
  description: 'By what right somebody was at the data of a patient, as it can be told today. 访问依据',
  valuesConfig: {
    GUARDIAN: { description: 'The account that speaks for the patient. 监护账号' },
    FORMER_GUARDIAN: { description: 'An account that handed the patient over. 原监护账号' },
    TREATMENT: { description: 'A doctor. 诊疗' },
    SHARING: { description: 'By a share, then or now. 共享' },
    OFFICE: { description: 'Somebody who works for the platform or a pharmacy. 职务' },
    SYSTEM: { description: 'The platform by itself. 系统' },
    OTHER: { description: 'Somebody else. 其他' },
  },
});

@ObjectType({ description: 'That somebody read or changed data of a patient. 访问记录' })
export class AccessLogEntry {
  @Field(() => ID, { description: 'Identifier, `aud_<ULID>`.' })
  id!: string;

  /** Of whom; the entry shows nothing without its guardian. */
  patientId!: string;

  /** The account that speaks for the patient. */
  guardianId!: string;

  @Field(() => DateTime, { description: 'When. 时间' })
  at!: Date;

  /** An account, or `service:<name>`. */
  actor!: string;

  /** Undefined for the platform itself and for somebody who is not known any more. */
  name!: string | undefined;

  @Field(() => [String], { description: 'Roles of the one who did it; `PATIENT` is everybody’s. 角色' })
  roles!: string[];

  @Field(() => AccessVia, { description: 'By what right. 依据' })
  via!: AccessVia;

  @Field(() => String, { description: 'What was done, as a code such as `health_archive.read`. 操作代码' })
  action!: string;
}

@ObjectType({ description: 'One access in a list.' })
export class AccessLogEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => AccessLogEntry, { description: 'The access. 访问记录' })
  node!: AccessLogEntry;
}

@ObjectType({ description: 'A page of accesses, the newest first. 访问记录列表' })
export class AccessLogConnection {
  @Field(() => [AccessLogEdge], { description: 'The accesses of this page.' })
  edges!: AccessLogEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
