import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Scope } from '../../../shared/context/actor.ts';

const name = { type: 'varchar', length: 64, charset: 'ascii', collation: 'ascii_bin' } as const;
const id = { ...name, length: 40 } as const;

@Entity('role_grant')
export class RoleGrant {
  @PrimaryColumn(id)
  id!: string;

  @Column({ ...id, name: 'account_id' })
  accountId!: string;

  @Column(name)
  role!: string;

  @Column(name)
  scope!: Scope;

  /** Empty for the platform. */
  @Column({ ...id, name: 'scope_id' })
  scopeId!: string;

  @Column({ ...id, name: 'granted_by' })
  grantedBy!: string;

  @Column({ type: 'datetime', precision: 3, name: 'granted_at' })
  grantedAt!: Date;
}

@Entity('role_permission')
export class RolePermission {
  @PrimaryColumn(name)
  role!: string;

  @PrimaryColumn(name)
  permission!: string;
}

@Entity('role')
export class Role {
  @PrimaryColumn(name)
  name!: string;
}
