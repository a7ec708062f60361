import { Field, ID, ObjectType } from 'type-graphql';
import { Column, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

/** Something about a patient that is offered to whoever owns a phone number, with an account or without one yet. */
@ObjectType()
export abstract class PhoneInvitation {
  @Field(() => ID, { description: 'Identifier. 标识' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  /** Who speaks for the patient and offers it. */
  @Column({ ...idColumn, name: 'from_account_id' })
  fromAccountId!: string;

  /** Blind index of the number, the same as that of the identities of accounts. */
  @Column({ type: 'char', length: 64, name: 'to_index' })
  toIndex!: string;

  /** Encrypted in the row. */
  @Column({ ...idColumn, length: 255, name: 'to_phone' })
  toPhone!: string;

  /** Who accepted it. */
  @Column({ ...idColumn, name: 'to_account_id', nullable: true })
  toAccountId!: string | null;

  @Field(() => DateTime, { description: 'When it was offered. 发出时间' })
  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'Until when it can be accepted. 接受期限' })
  @Column({ type: 'datetime', precision: 3, name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'datetime', precision: 3, name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
