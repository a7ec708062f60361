import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { Scope } from '../../../shared/context/actor.ts';

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
}

@Directive('@inaccessible')
@ObjectType({ description: 'What a session may do, for the other subgraphs.' })
export class SessionAuthority {
  @Field(() => [Grant], { description: 'The grants of its account.' })
  grants!: readonly Grant[];
}

@InputType({ description: 'Gives a role, or takes it away. 授权' })
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
}
