import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@Entity('signing_key')
@ObjectType({ description: "A doctor's key pair for signing records and prescriptions. 签名密钥" })
export class SigningKey {
  @Field(() => ID, { description: 'Identifier, `sgk_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  /** Whose it is. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  /** The same while the key is in use: unique, so that nobody has two. */
  @Column({
    type: 'varchar',
    length: 40,
    nullable: true,
    name: 'active_for',
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  activeFor!: string | null;

  @Field(() => String, { description: 'Kind of signature, `Ed25519` (RFC 8032). 算法' })
  @Column({ type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  algorithm!: string;

  @Field(() => String, { description: 'With which anybody can check a signature: PEM, SPKI. 公钥' })
  @Column({ type: 'varchar', length: 512, name: 'public_key', charset: 'ascii', collation: 'ascii_bin' })
  publicKey!: string;

  @Column({ type: 'char', length: 32, charset: 'ascii', collation: 'ascii_bin' })
  salt!: string;

  @Column({ type: 'varchar', length: 512, name: 'sealed_key', charset: 'ascii', collation: 'ascii_bin' })
  sealedKey!: string;

  @Column({ type: 'int', name: 'wrong_tries' })
  wrongTries!: number;

  @Column({ type: 'datetime', precision: 3, nullable: true, name: 'locked_until' })
  lockedUntil!: Date | null;

  @Field(() => DateTime, { description: 'When it was made. 创建时间' })
  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when it signs no more; what it signed stays valid. 停用时间',
  })
  @Column({ type: 'datetime', precision: 3, nullable: true, name: 'retired_at' })
  retiredAt!: Date | null;
}
