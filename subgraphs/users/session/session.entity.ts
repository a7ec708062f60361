import { Column, Entity, PrimaryColumn } from 'typeorm';

const id = { type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' } as const;

/** One login on one terminal, from the code to the logout. */
@Entity('session')
export class Session {
  @PrimaryColumn(id)
  id!: string;

  @Column({ ...id, name: 'account_id' })
  accountId!: string;

  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'datetime', precision: 3, name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'datetime', precision: 3, name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}

/** Every refresh token that a session ever had, so that the second use of an old one is noticed. */
@Entity('refresh_token')
export class RefreshToken {
  @PrimaryColumn({ type: 'char', length: 64, name: 'token_hash' })
  tokenHash!: string;

  @Column({ ...id, name: 'session_id' })
  sessionId!: string;

  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'datetime', precision: 3, name: 'used_at', nullable: true })
  usedAt!: Date | null;
}
