import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@Entity('account')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A login: a person who uses the platform. 账号' })
export class Account {
  @Field(() => ID, { description: 'Identifier, `acc_<ULID>`.' })
  @PrimaryColumn({ type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
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
}
