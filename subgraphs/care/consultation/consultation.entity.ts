import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum ConsultationStatus {
  OPEN = 'OPEN',
  CLOSED = 'CLOSED',
}

registerEnumType(ConsultationStatus, {
  name: 'ConsultationStatus',
  description: 'Where a consultation stands. 问诊状态',
  valuesConfig: { OPEN: { description: '进行中' }, CLOSED: { description: '已结束' } },
});

@Entity('consultation')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A conversation of a patient with a doctor. 问诊' })
export class Consultation {
  @Field(() => ID, { description: 'Identifier, `con_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'doctor_id' })
  doctorId!: string;

  /** The logins of the two who talk: what decides who may see it. */
  @Column({ ...idColumn, name: 'doctor_account_id' })
  doctorAccountId!: string;

  @Column({ ...idColumn, name: 'patient_account_id' })
  patientAccountId!: string;

  @Field(() => ConsultationStatus, { description: 'Where it stands. 状态' })
  @Column({ type: 'varchar', length: 16 })
  status!: ConsultationStatus;

  @Field(() => Int, { description: 'Number of its last message; messages count from 1 without gap.' })
  @Column({ type: 'int', name: 'last_seq' })
  lastSeq!: number;

  @Field(() => DateTime, { description: 'When it began. 开始时间' })
  @Column({ type: 'datetime', precision: 3, name: 'opened_at' })
  openedAt!: Date;

  /** The appointment that it came of; null for one that began as a conversation. */
  @Column({
    type: 'varchar',
    length: 40,
    name: 'appointment_id',
    charset: 'ascii',
    collation: 'ascii_bin',
    nullable: true,
  })
  appointmentId!: string | null;

  @Column({
    type: 'varchar',
    length: 40,
    name: 'patient_id',
    charset: 'ascii',
    collation: 'ascii_bin',
    nullable: true,
  })
  patientId!: string | null;

  @Column({
    type: 'varchar',
    length: 40,
    name: 'hospital_id',
    charset: 'ascii',
    collation: 'ascii_bin',
    nullable: true,
  })
  hospitalId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the doctor called the patient in. 接诊时间' })
  @Column({ type: 'datetime', precision: 3, name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it ended: by its doctor, or by itself 24 hours after both its slot and the last message of the doctor; null while it is open.\n结束时间：由医生结束，或在就诊时段结束且医生最后一条消息发出满 24 小时后自动结束；进行中为空。',
  })
  @Column({ type: 'datetime', precision: 3, name: 'closed_at', nullable: true })
  closedAt!: Date | null;
}
