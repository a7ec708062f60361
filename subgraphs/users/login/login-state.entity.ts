import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** A login that somebody began and went to another party with; only hashes of what they hold are kept. */
@Entity('login_state')
export class LoginState {
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ type: 'char', length: 64, name: 'state_hash' })
  stateHash!: string;

  /** Of what only the device that began it knows. */
  @Column({ type: 'char', length: 64, name: 'verifier_hash' })
  verifierHash!: string;

  /** With whom: a channel of WeChat or a provider, such as `WECHAT:WEB_QR` or `OIDC:hospital`. */
  @Column({ type: 'varchar', length: 64 })
  party!: string;

  /** Who links it to their account; null for a login. */
  @Column({ ...idColumn, name: 'account_id', nullable: true })
  accountId!: string | null;

  /** Sealed: where it comes back to, and the secrets between us and the other party. */
  @Column({ type: 'text' })
  secrets!: string;

  @Column({ type: 'datetime', precision: 3, name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'datetime', precision: 3, name: 'used_at', nullable: true })
  usedAt!: Date | null;
}
