import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { Money } from '../../../shared/money/money.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@Entity('slot')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A span of a session that takes so many patients. 号源' })
export class Slot {
  @Field(() => ID, { description: 'Identifier, `slt_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'schedule_id' })
  scheduleId!: string;

  @Column({ ...idColumn, name: 'doctor_id' })
  doctorId!: string;

  @Column({ ...idColumn, name: 'hospital_id' })
  hospitalId!: string;

  @Column({ ...idColumn, name: 'department_id' })
  departmentId!: string;

  @Field(() => DateTime, { description: 'When it begins. 开始时间' })
  @Column({ type: 'datetime', precision: 3, name: 'starts_at' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'When it ends; until then it can be booked. 结束时间' })
  @Column({ type: 'datetime', precision: 3, name: 'ends_at' })
  endsAt!: Date;

  @Field(() => Int, { description: 'How many patients it takes. 容量' })
  @Column({ type: 'int' })
  capacity!: number;

  @Column({ type: 'int' })
  booked!: number;

  @Field(() => Money, { name: 'fee', description: 'What an appointment costs. 挂号费' })
  @Column({ type: 'bigint', name: 'fee_fen', transformer: { to: (value: number) => value, from: Number } })
  feeFen!: number;

  @Field(() => Int, { description: 'How many places are left. 剩余号数' })
  get remaining(): number {
    return this.capacity - this.booked;
  }
}
