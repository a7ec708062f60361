import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';

export enum Sex {
  MALE = 'MALE',
  FEMALE = 'FEMALE',
  UNKNOWN = 'UNKNOWN',
}

registerEnumType(Sex, {
  name: 'Sex',
  description: 'Sex (GB/T 2261.1). 性别',
  valuesConfig: {
    MALE: { description: '男' },
    FEMALE: { description: '女' },
    UNKNOWN: { description: '未知' },
  },
});

export enum PatientRelation {
  SELF = 'SELF',
  CHILD = 'CHILD',
  PARENT = 'PARENT',
  SPOUSE = 'SPOUSE',
  OTHER = 'OTHER',
}

registerEnumType(PatientRelation, {
  name: 'PatientRelation',
  description: 'Who a patient is to the owner of the account. 与账号本人关系',
  valuesConfig: {
    SELF: { description: '本人' },
    CHILD: { description: '子女' },
    PARENT: { description: '父母' },
    SPOUSE: { description: '配偶' },
    OTHER: { description: '其他' },
  },
});

export enum PatientStatus {
  ACTIVE = 'ACTIVE',
  REMOVED = 'REMOVED',
}

registerEnumType(PatientStatus, {
  name: 'PatientStatus',
  description: 'Whether a patient is among those of the account. 就诊人状态',
  valuesConfig: {
    ACTIVE: { description: '正常' },
    REMOVED: {
      description: 'Taken off the list: nothing new is begun, what is recorded stays. 已移除',
    },
  },
});

const word = { ...idColumn, length: 16 } as const;
const sealed = { ...idColumn, length: 512 } as const;

/** Name, number and phone are in clear here and encrypted in the row: only the store reads and writes rows. */
@Entity('patient')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person who is treated: the owner of an account or one of the family. 就诊人' })
export class Patient {
  @Field(() => ID, { description: 'Identifier, `pat_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  /** The guardian: who speaks for the patient. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  /** The account when the patient is its owner; unique, so that an account has one of them. */
  @Column({ ...idColumn, name: 'self_of', nullable: true })
  selfOf!: string | null;

  @Field(() => PatientRelation, { description: 'Who this is to the owner of the account. 关系' })
  @Column(word)
  relation!: PatientRelation;

  @Field(() => String, { description: 'Full name. 姓名' })
  @Column(sealed)
  name!: string;

  @Field(() => Sex, { description: 'Sex. 性别' })
  @Column(word)
  sex!: Sex;

  @Field(() => CalendarDate, { description: 'Day of birth. 出生日期' })
  @Column({ type: 'char', length: 10, name: 'birth_date' })
  birthDate!: string;

  @Column({ ...sealed, length: 255, name: 'identity_number', nullable: true })
  identityNumber!: string | null;

  @Column({ type: 'char', length: 64, name: 'identity_index', nullable: true })
  identityIndex!: string | null;

  @Column({ ...sealed, length: 255, nullable: true })
  phone!: string | null;

  /** Made by the store from the name; null in rows of an earlier release until they are gone through. */
  @Column({ type: 'char', length: 64, name: 'name_index', nullable: true })
  nameIndex?: string | null;

  /** The same from the phone. */
  @Column({ type: 'char', length: 64, name: 'phone_index', nullable: true })
  phoneIndex?: string | null;

  @Field(() => PatientStatus, { description: 'Whether it is on the list of the account. 状态' })
  @Column(word)
  status!: PatientStatus;

  @Field(() => Int, { description: 'Version, from 1; give it back with a change. 版本' })
  @Column({ type: 'int' })
  version!: number;

  /** The version of the health archive that holds now. */
  @Column({ type: 'int', name: 'archive_version' })
  archiveVersion!: number;

  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;
}
