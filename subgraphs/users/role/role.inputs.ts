import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { Scope } from '../../../shared/context/actor.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { GrantScope } from './role.types.ts';

@InputType({ description: 'Takes a role away. 撤销授权' })
export class ChangeGrantInput {
  @Field(() => ID, { description: 'Whose role, `acc_<ULID>`. 账号' })
  accountId!: string;

  @Field(() => String, { description: 'Name of the role. 角色' })
  role!: string;

  @Field(() => GrantScope, { description: 'How far it reaches. 范围' })
  scope!: Scope;

  @Field(() => String, {
    defaultValue: '',
    description: 'Of which hospital, department or pharmacy; empty for the platform.',
  })
  scopeId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'For the scope DEPARTMENT: the hospital of the department, `hos_<ULID>`, since departments are of a national catalogue. 科室所属医院，仅科室范围填写',
  })
  hospitalId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Where it is given: when it ends by itself; nothing for never. 到期时间',
  })
  expiresAt?: Date | null;
}

@InputType({ description: 'Makes a role of the platform’s own choice. 新建角色' })
export class CreateRoleInput {
  @Field(() => String, { description: 'Its name: 2 to 32 capital letters, digits and `_`. 角色名' })
  name!: string;

  @Field(() => String, { description: 'What people call it, 1 to 64 characters. 显示名' })
  label!: string;

  @Field(() => [String], { description: 'What it allows; nothing that the caller does not hold. 权限' })
  permissions!: string[];

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Changes what a role allows, for all who hold it. 修改角色' })
export class UpdateRoleInput {
  @Field(() => String, { description: 'Name of the role. 角色名' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Another label; nothing to keep it. 显示名' })
  label?: string | null;

  @Field(() => [String], { description: 'Everything that it allows from now on. 权限' })
  permissions!: string[];

  @Field(() => Int, { description: 'The version that the change was made on. 版本' })
  expectedVersion!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Deletes a role that nobody holds. 删除角色' })
export class DeleteRoleInput {
  @Field(() => String, { description: 'Name of the role. 角色名' })
  name!: string;

  @Field(() => Int, { description: 'The version that was looked at. 版本' })
  expectedVersion!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@ArgsType()
export class GrantsOfArgs extends PageArgs {
  @Field(() => GrantScope, { description: 'Of which kind of place. 范围' })
  scope!: Scope;

  @Field(() => String, {
    defaultValue: '',
    description: 'Of which hospital, department or pharmacy; empty for the platform.',
  })
  scopeId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'For the scope DEPARTMENT: its hospital, `hos_<ULID>`. 科室所属医院，仅科室范围填写',
  })
  hospitalId?: string | null;
}
