import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import type { HealthArchive } from './archive.entity.ts';
import { ArchiveEntryEnd } from './archive-entry.entity.ts';
import { ArchiveSource } from './archive-entry.types.ts';

export enum ArchiveChangeKind {
  RECORDED = 'RECORDED',
  ENDED = 'ENDED',
  UPDATED = 'UPDATED',
}

registerEnumType(ArchiveChangeKind, {
  name: 'ArchiveChangeKind',
  description: 'What was done to a part of an archive. 变更类型',
  valuesConfig: {
    RECORDED: { description: 'An entry came in. 新增' },
    ENDED: { description: 'An entry does not hold any more. 结束' },
    UPDATED: { description: 'A field has another value. 修改' },
  },
});

@ObjectType({ description: 'One change from a version of an archive to the next. 档案变更' })
export class ArchiveChange {
  @Field(() => ArchiveChangeKind, { description: 'What was done. 变更类型' })
  kind!: ArchiveChangeKind;

  @Field(() => String, { description: 'The field of HealthArchive, such as `allergies` or `weightKg`. 项目' })
  field!: string;

  @Field(() => ID, { nullable: true, description: 'The entry; null for a field without entries. 条目' })
  entryId!: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the entry, as people read it. 名称' })
  name!: string | null;

  @Field(() => ArchiveEntryEnd, {
    nullable: true,
    description: 'Why an entry ended; null if not said. 结束原因',
  })
  reason!: ArchiveEntryEnd | null;
}

@ObjectType({ description: 'A version of an archive, with who made it and what is different. 档案版本' })
export class ArchiveVersion {
  patientId!: string;
  archive!: HealthArchive;
  /** Null for the first version. */
  before!: HealthArchive | null;

  @Field(() => Int, { description: 'From 1, one more with each change. 版本' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was made. 变更时间' })
  changedAt!: Date;

  @Field(() => ArchiveSource, { nullable: true, description: 'Where it comes from; null if not known. 来源' })
  source!: ArchiveSource | null;
}

@ObjectType({ description: 'One version in a list.' })
export class ArchiveVersionEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => ArchiveVersion, { description: 'The version. 档案版本' })
  node!: ArchiveVersion;
}

@ObjectType({ description: 'A page of versions, the newest first. 档案变更记录' })
export class ArchiveVersionConnection {
  @Field(() => [ArchiveVersionEdge], { description: 'The versions of this page.' })
  edges!: ArchiveVersionEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
