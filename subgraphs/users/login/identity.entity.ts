import { Column, Entity, PrimaryColumn } from 'typeorm';

export const SMS = 'SMS';

/** A way in which an account can prove who it is; the subject (such as a phone) is encrypted. */
@Entity('identity')
export class Identity {
  @PrimaryColumn({ type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
  id!: string;

  @Column({ type: 'varchar', length: 40, name: 'account_id', charset: 'ascii', collation: 'ascii_bin' })
  accountId!: string;

  @Column({ type: 'varchar', length: 16 })
  kind!: string;

  @Column({ type: 'char', length: 64, name: 'subject_index' })
  subjectIndex!: string;

  @Column({ type: 'varchar', length: 255 })
  subject!: string;

  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;
}
