import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

export enum DoctorTitle {
  RESIDENT = 'RESIDENT',
  ATTENDING = 'ATTENDING',
  ASSOCIATE_CHIEF = 'ASSOCIATE_CHIEF',
  CHIEF = 'CHIEF',
}

registerEnumType(DoctorTitle, {
  name: 'DoctorTitle',
  description: 'Professional rank of a physician. 职称',
  valuesConfig: {
    RESIDENT: { description: '住院医师' },
    ATTENDING: { description: '主治医师' },
    ASSOCIATE_CHIEF: { description: '副主任医师' },
    CHIEF: { description: '主任医师' },
  },
});

@Entity('doctor')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A licensed physician and the public profile of one. 医生' })
export class Doctor {
  @Field(() => ID, { description: 'Identifier, `doc_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  /** The login of the doctor; nobody else's business. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => String, { description: 'Name as on the licence. 姓名' })
  @Column({ type: 'varchar', length: 64 })
  name!: string;

  @Field(() => DoctorTitle, { description: 'Professional rank. 职称' })
  @Column({ type: 'varchar', length: 32 })
  title!: DoctorTitle;

  @Field(() => String, { description: 'What the doctor is good at. 擅长' })
  @Column({ type: 'varchar', length: 500 })
  specialties!: string;
}
