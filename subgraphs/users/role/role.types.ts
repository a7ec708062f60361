import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Scope } from '../../../shared/context/actor.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export const GrantScope = {
  PLATFORM: 'PLATFORM',
  HOSPITAL: 'HOSPITAL',
  DEPARTMENT: 'DEPARTMENT',
  PHARMACY: 'PHARMACY',
} as const satisfies Record<Scope, Scope>;

registerEnumType(GrantScope, {
  name: 'GrantScope',
  description: 'How far a role reaches. 授权范围',
  valuesConfig: {
    PLATFORM: { description: '全平台' },
    HOSPITAL: { description: '医院' },
    DEPARTMENT: { description: '科室' },
    PHARMACY: { description: '药房' },
  },
});

@ObjectType({ description: 'A role that an account holds. 授权' })
export class Grant {
  @Field(() => String, { description: 'Name of the role, such as DOCTOR. 角色' })
  role!: string;

  @Field(() => [String], { description: 'What the role allows, such as account.read. 权限' })
  permissions!: readonly string[];

  @Field(() => GrantScope, { description: 'How far it reaches. 范围' })
  scope!: Scope;

  @Field(() => String, {
    description: 'Identifier of the hospital, department or pharmacy; empty for the platform.',
  })
  scopeId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The hospital of the department, `hos_<ULID>`; null for every other scope. 科室所属医院，其他范围为空',
  })
  hospitalId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null for never. 到期时间' })
  expiresAt?: Date | null;
}

@ObjectType({ description: 'Something that a role can allow. 权限' })
export class Permission {
  @Field(() => String, { description: 'Its name, such as account.read. 权限名' })
  name!: string;

  @Field(() => String, { description: 'What it allows, in the language of the call. 说明' })
  description!: string;
}

@Directive('@inaccessible')
@ObjectType({ description: 'What a session may do, for the other subgraphs.' })
export class SessionAuthority {
  @Field(() => [Grant], { description: 'The grants of its account.' })
  grants!: readonly Grant[];
}
