import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum AccountStatus {
  ACTIVE = 'ACTIVE',
  SUSPENDED = 'SUSPENDED',
  ERASED = 'ERASED',
}

registerEnumType(AccountStatus, {
  name: 'AccountStatus',
  description: 'Whether an account may be used. 账号状态',
  valuesConfig: {
    ACTIVE: { description: 'It may log in. 正常' },
    SUSPENDED: { description: 'An administrator has stopped it; nothing works for it. 已停用' },
    ERASED: { description: 'Its owner had it erased. 已注销' },
  },
});

@Entity('account')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A login: a person who uses the platform. 账号' })
export class Account {
  @Field(() => ID, { description: 'Identifier, `acc_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Field(() => String, { description: 'What others call this person. 昵称' })
  @Column({ type: 'varchar', length: 64, name: 'display_name' })
  displayName!: string;

  @Field(() => DateTime, { description: 'When it was registered. 注册时间' })
  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  /** Null before the first login of which this is known. */
  @Column({ type: 'datetime', precision: 3, name: 'last_login_at', nullable: true })
  lastLoginAt!: Date | null;
  @Field(() => AccountStatus, { description: 'Whether it may be used. 状态' })
  @Column({ type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin', default: 'ACTIVE' })
  status!: AccountStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Where the owner says to live: six digits of GB/T 2260, such as 330106. 所在地区',
  })
  @Column({ type: 'char', length: 6, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  city!: string | null;

  @Field(() => Int, { description: 'Counts the changes of its owner; give it back with a change. 版本' })
  @Column({ type: 'int', default: 1 })
  version!: number;

  /** Why it was suspended, encrypted. */
  @Column({
    type: 'varchar',
    length: 2560,
    name: 'status_reason',
    nullable: true,
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  statusReason!: string | null;
}
