import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum ErasureStatus {
  PENDING = 'PENDING',
  CANCELLED = 'CANCELLED',
  BLOCKED = 'BLOCKED',
  RUNNING = 'RUNNING',
  DONE = 'DONE',
}

registerEnumType(ErasureStatus, {
  name: 'ErasureStatus',
  description: 'How far an erasure has come. 注销状态',
  valuesConfig: {
    PENDING: { description: 'It waits for its day and can be cancelled. 冷静期' },
    CANCELLED: { description: 'The owner took it back. 已撤销' },
    BLOCKED: { description: 'On its day the account had duties. 无法注销' },
    RUNNING: { description: 'It is under way. 注销中' },
    DONE: { description: 'It is done. 已注销' },
  },
});

const instant = { type: 'datetime', precision: 3 } as const;

@Entity('erasure_request')
@ObjectType({ description: 'A request to erase an account. 注销申请' })
export class ErasureRequest {
  @Field(() => ID, { description: 'Identifier, `ers_<ULID>`. 标识' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  /** The account while it is open: unique, so that there is one. */
  @Column({ ...idColumn, name: 'open_for', nullable: true })
  openFor!: string | null;

  @Field(() => ErasureStatus, { description: 'How far it has come. 状态' })
  @Column({ ...idColumn, length: 16 })
  status!: ErasureStatus;

  @Field(() => DateTime, { description: 'When it was asked for. 申请时间' })
  @Column({ ...instant, name: 'requested_at' })
  requestedAt!: Date;

  @Field(() => DateTime, { description: 'From when on it is carried out, and cannot be cancelled. 执行时间' })
  @Column({ ...instant, name: 'due_at' })
  dueAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ended. 结束时间' })
  @Column({ ...instant, name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
