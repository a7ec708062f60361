import { Column, Entity, PrimaryColumn } from 'typeorm';

const ascii = { type: 'varchar', charset: 'ascii', collation: 'ascii_bin' } as const;
const instant = { type: 'datetime', precision: 3, nullable: true } as const;
const toNumber = {
  to: (value: number | null) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** The authenticator app of an account; its secrets are encrypted in the row: only the store reads and writes them. */
@Entity('second_factor')
export class SecondFactor {
  @PrimaryColumn({ ...ascii, length: 40, name: 'account_id' })
  accountId!: string;

  /** What holds now, in base 32; null before the first one is confirmed. */
  @Column({ ...ascii, length: 255, nullable: true })
  secret!: string | null;

  /** What will hold when a code of it is given. */
  @Column({ ...ascii, length: 255, name: 'pending_secret', nullable: true })
  pendingSecret!: string | null;

  @Column({ ...instant, name: 'enrolled_at' })
  enrolledAt!: Date | null;

  /** The last time step of which a code was used: none of it or before it works again (RFC 6238, section 5.2). */
  @Column({ type: 'bigint', name: 'last_step', nullable: true, transformer: toNumber })
  lastStep!: number | null;

  @Column({ type: 'int', name: 'wrong_tries' })
  wrongTries!: number;

  @Column({ ...instant, name: 'locked_until' })
  lockedUntil!: Date | null;
}

/** A code for the day on which the authenticator app is lost; it is not kept, only its keyed hash. */
@Entity('recovery_code')
export class RecoveryCode {
  @PrimaryColumn({ type: 'char', length: 64, name: 'code_hash' })
  codeHash!: string;

  @Column({ ...ascii, length: 40, name: 'account_id' })
  accountId!: string;

  @Column({ ...instant, name: 'used_at' })
  usedAt!: Date | null;
}
