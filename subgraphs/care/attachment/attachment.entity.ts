import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import type { FileType } from '../../../shared/storage/file-type.ts';
import { ChatParty } from '../consultation/chat-message.entity.ts';

export enum AttachmentPurpose {
  CHAT = 'CHAT',
  EARLIER_DIAGNOSIS = 'EARLIER_DIAGNOSIS',
}

registerEnumType(AttachmentPurpose, {
  name: 'AttachmentPurpose',
  description: 'What an attachment is for. 附件用途',
  valuesConfig: {
    CHAT: { description: 'Part of the conversation. 聊天附件' },
    EARLIER_DIAGNOSIS: { description: 'Shows that a doctor has made the diagnosis before. 复诊凭证' },
  },
});

export enum AttachmentStatus {
  PENDING = 'PENDING',
  STORED = 'STORED',
}

registerEnumType(AttachmentStatus, {
  name: 'AttachmentStatus',
  description: 'Where an attachment stands. 附件状态',
  valuesConfig: {
    PENDING: { description: 'Announced, its content has not come. 待上传' },
    STORED: { description: 'Kept; its content never changes. 已上传' },
  },
});

@Entity('attachment')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A file of a consultation, visible to its two parties. 附件' })
export class Attachment {
  @Field(() => ID, { description: 'Identifier, `att_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'consultation_id' })
  consultationId!: string;

  /** Who announced it, the only one who may upload it. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => ChatParty, { description: 'Which of the two it comes from. 上传方' })
  @Column({ type: 'varchar', length: 16, name: 'uploaded_by' })
  uploadedBy!: ChatParty;

  @Field(() => AttachmentPurpose, { description: 'What it is for. 用途' })
  @Column({ type: 'varchar', length: 32 })
  purpose!: AttachmentPurpose;

  @Field(() => AttachmentStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 16 })
  status!: AttachmentStatus;

  /** Encrypted: people write names and illnesses into it. */
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
