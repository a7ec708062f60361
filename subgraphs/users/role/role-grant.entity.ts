import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Scope } from '../../../shared/context/actor.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { GrantScope } from './role.types.ts';

const name = { type: 'varchar', length: 64, charset: 'ascii', collation: 'ascii_bin' } as const;
const id = { ...name, length: 40 } as const;

@Entity('role_grant')
@ObjectType({ description: 'That an account holds a role somewhere. 授权记录' })
export class RoleGrant {
  @Field(() => ID, { description: 'Identifier, `grt_<ULID>`.' })
  @PrimaryColumn(id)
  id!: string;

  @Field(() => ID, { description: 'Who holds it, `acc_<ULID>`. 账号' })
  @Column({ ...id, name: 'account_id' })
  accountId!: string;

  @Field(() => String, { description: 'Name of the role. 角色' })
  @Column(name)
  role!: string;

  @Field(() => GrantScope, { description: 'How far it reaches. 范围' })
  @Column(name)
  scope!: Scope;

  @Field(() => String, {
    description: 'Identifier of the hospital, department or pharmacy; empty for the platform.',
  })
  @Column({ ...id, name: 'scope_id' })
  scopeId!: string;

  /** Of a department: its hospital; empty for other scopes. */
  @Column({ ...id, name: 'hospital_id', default: '' })
  hospitalId!: string;

  @Field(() => String, { description: 'Who gave it: an account, or a service of the platform. 授权人' })
  @Column({ ...id, name: 'granted_by' })
  grantedBy!: string;

  @Field(() => DateTime, { description: 'When it was given. 授权时间' })
  @Column({ type: 'datetime', precision: 3, name: 'granted_at' })
  grantedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null for never. 到期时间' })
  @Column({ type: 'datetime', precision: 3, name: 'expires_at', nullable: true })
  expiresAt!: Date | null;
}

@Entity('role_permission')
export class RolePermission {
  @PrimaryColumn(name)
  role!: string;

  @PrimaryColumn(name)
  permission!: string;
}

@Entity('role')
@ObjectType({ description: 'A named set of permissions. 角色' })
export class Role {
  @Field(() => ID, { description: 'Its name, such as DOCTOR or ANALYST. 角色名' })
  @PrimaryColumn(name)
  name!: string;

  @Field(() => String, { description: 'What people call it. 显示名' })
  @Column({ type: 'varchar', length: 64, default: '' })
  label!: string;

  @Field(() => Boolean, {
    description: 'Whether the platform needs it: it can be changed, not deleted. 内置',
  })
  @Column({ type: 'boolean', name: 'is_built_in', default: false })
  isBuiltIn!: boolean;

  @Field(() => Int, { description: 'Counts its changes; an edit must name the one it was made on. 版本' })
  @Column({ type: 'int', default: 1 })
  version!: number;
}
