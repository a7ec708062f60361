import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import type { FileType } from '../../../shared/storage/file-type.ts';

export enum LicenceDocumentStatus {
  PENDING = 'PENDING',
  STORED = 'STORED',
}

registerEnumType(LicenceDocumentStatus, {
  name: 'LicenceDocumentStatus',
  description: 'Where a document stands. 材料状态',
  valuesConfig: {
    PENDING: { description: 'Announced, its content has not come. 待上传' },
    STORED: { description: 'Kept; its content never changes. 已上传' },
  },
});

@Entity('licence_document')
@ObjectType({
  description: 'A picture or PDF of a certificate, for its owner and those who review the licence. 证件材料',
})
export class LicenceDocument {
  @Field(() => ID, { description: 'Identifier, `ldc_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  /** Who announced it, the only one who may upload it. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  /** The licence that it was handed in with. */
  @Column({ ...idColumn, name: 'licence_id', nullable: true })
  licenceId!: string | null;

  @Field(() => LicenceDocumentStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  status!: LicenceDocumentStatus;

  /** Encrypted: people write their names into it. */
  @Column({ type: 'varchar', length: 1024, name: 'file_name', charset: 'ascii', collation: 'ascii_bin' })
  encryptedName!: string;

  @Field(() => String, { description: 'Its media type, proven by its content once stored. 文件类型' })
  @Column({ type: 'varchar', length: 64, name: 'content_type', charset: 'ascii', collation: 'ascii_bin' })
  contentType!: FileType;

  @Field(() => Int, { description: 'In bytes. 大小（字节）' })
  @Column({ type: 'int' })
  size!: number;

  /** Of the content in clear, in hexadecimal. */
  @Column({ type: 'char', length: 64, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  sha256!: string | null;

  /** Name of the encrypted content in the file store; null for what an earlier release kept in clear. */
  @Column({ ...idColumn, length: 64, name: 'stored_as', nullable: true })
  storedAs!: string | null;

  /** The key of the content, encrypted. */
  @Column({ ...idColumn, length: 512, name: 'file_key', nullable: true })
  fileKey!: string | null;

  @Column({ type: 'datetime', precision: 3, name: 'requested_at' })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When its content came. 上传时间' })
  @Column({ type: 'datetime', precision: 3, name: 'uploaded_at', nullable: true })
  uploadedAt!: Date | null;
}
