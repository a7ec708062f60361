import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum ExportStatus {
  PENDING = 'PENDING',
  READY = 'READY',
  FAILED = 'FAILED',
  EXPIRED = 'EXPIRED',
}

registerEnumType(ExportStatus, {
  name: 'DataExportStatus',
  description: 'How far an export has come. 导出状态',
  valuesConfig: {
    PENDING: { description: 'It is being made. 生成中' },
    READY: { description: 'It can be downloaded. 可下载' },
    FAILED: { description: 'It could not be made; ask again. 失败' },
    EXPIRED: { description: 'Its time is over and it is gone. 已过期' },
  },
});

export enum ExportFormat {
  JSON = 'JSON',
  FHIR_R4 = 'FHIR_R4',
}

registerEnumType(ExportFormat, {
  name: 'DataExportFormat',
  description: 'Format of an export. 导出格式',
  valuesConfig: {
    JSON: { description: 'Everything that is held, with a published JSON schema. 全部数据' },
    FHIR_R4: { description: 'Patients and health archives as an HL7 FHIR R4 bundle. 健康档案（FHIR）' },
  },
});

const instant = { type: 'datetime', precision: 3 } as const;

/** Its files are encrypted with a key of their own, which stands encrypted in the row: without the row they are noise. */
@Entity('data_export')
@ObjectType({ description: 'A copy of everything that is held of an account and its patients. 个人信息副本' })
export class DataExport {
  @Field(() => ID, { description: 'Identifier, `exp_<ULID>`. 标识' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => ExportStatus, { description: 'How far it has come. 状态' })
  @Column({ ...idColumn, length: 16 })
  status!: ExportStatus;

  @Column({ ...idColumn, length: 255, name: 'document_key', nullable: true })
  documentKey!: string | null;

  @Column({ type: 'int' })
  attempts!: number;

  @Field(() => DateTime, { description: 'When it was asked for. 申请时间' })
  @Column({ ...instant, name: 'requested_at' })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was made. 生成时间' })
  @Column({ ...instant, name: 'ready_at', nullable: true })
  readyAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when it can be downloaded. 有效期至' })
  @Column({ ...instant, name: 'expires_at', nullable: true })
  expiresAt!: Date | null;
}
