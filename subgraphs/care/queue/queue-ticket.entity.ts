import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum QueueTicketStatus {
  WAITING = 'WAITING',
  CALLED = 'CALLED',
  DONE = 'DONE',
  CANCELLED = 'CANCELLED',
}

registerEnumType(QueueTicketStatus, {
  name: 'QueueTicketStatus',
  description: 'Where somebody stands in a queue. 排队状态',
  valuesConfig: {
    WAITING: { description: '候诊中' },
    CALLED: { description: '已叫号' },
    DONE: { description: '已就诊' },
    CANCELLED: { description: 'The appointment was cancelled before anybody called.\n叫号前预约已取消。' },
  },
});

@Entity('queue_ticket')
@ObjectType({ description: 'A number in the queue of a session. 候诊号' })
export class QueueTicket {
  @Field(() => ID, { description: 'Identifier, `qtk_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'schedule_id' })
  scheduleId!: string;

  @Column({ ...idColumn, name: 'appointment_id' })
  appointmentId!: string;

  /** The logins of the two whose business it is: what decides who may see it. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Column({ ...idColumn, name: 'doctor_account_id' })
  doctorAccountId!: string;

  @Field(() => Int, { description: 'Its number in the session, from 1 without gap. 排队号' })
  @Column({ type: 'int' })
  number!: number;

  @Field(() => QueueTicketStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 24 })
  status!: QueueTicketStatus;

  @Field(() => DateTime, { description: 'When the patient checked in. 签到时间' })
  @Column({ type: 'datetime', precision: 3, name: 'issued_at' })
  issuedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the doctor called it. 叫号时间' })
  @Column({ type: 'datetime', precision: 3, name: 'called_at', nullable: true })
  calledAt!: Date | null;

  @Column({ type: 'datetime', precision: 3, name: 'done_at', nullable: true })
  doneAt!: Date | null;

  /** Read together with the row, in one statement, so that the three agree. */
  @Field(() => Int, { description: 'How many wait before it. 前面等候人数' })
  ahead!: number;

  @Field(() => Int, { description: 'Version of the whole queue; a cursor to go on after. 队列版本' })
  version!: number;

  /** The place of its session, read with it: where the doctor must hold the right. */
  hospitalId!: string;
  departmentId!: string;
}
