import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum ChatParty {
  PATIENT = 'PATIENT',
  DOCTOR = 'DOCTOR',
}

registerEnumType(ChatParty, {
  name: 'ChatParty',
  description: 'Who of the two speaks. 发言方',
  valuesConfig: { PATIENT: { description: '患者' }, DOCTOR: { description: '医生' } },
});

@Entity('chat_message')
@ObjectType({ description: 'A message in a consultation, durable once acknowledged. 聊天消息' })
export class ChatMessage {
  @Field(() => ID, { description: 'Identifier, `msg_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'consultation_id' })
  consultationId!: string;

  @Field(() => Int, {
    description: 'Its number in the consultation, from 1 without gap; a cursor to go on after.',
  })
  @Column({ type: 'int' })
  seq!: number;

  @Field(() => ChatParty, { description: 'Who wrote it. 发送方' })
  @Column({ type: 'varchar', length: 16 })
  sender!: ChatParty;

  /** Encrypted in the row; in clear in what the store gives out. */
  @Field(() => String, { description: 'The text. 内容' })
  @Column({ type: 'text' })
  body!: string;

  /** False for what an earlier release wrote in clear. */
  @Column({ type: 'boolean', name: 'is_encrypted' })
  isEncrypted!: boolean;

  @Column({
    type: 'varchar',
    length: 64,
    name: 'idempotency_key',
    charset: 'utf8mb4',
    collation: 'utf8mb4_bin',
  })
  idempotencyKey!: string;

  @Field(() => DateTime, { description: 'When it was accepted. 发送时间' })
  @Column({ type: 'datetime', precision: 3, name: 'sent_at' })
  sentAt!: Date;
}
