import { Field, ID, ObjectType } from 'type-graphql';
import { type Actor, holds } from '../../../shared/context/actor.ts';
import { Account } from '../account/account.entity.ts';
import type { UsersContext } from '../context.ts';
import { placeOfGrant } from './scope.ts';
import { Grant } from './role.types.ts';

@ObjectType({
  description:
    'What became of the roles of an account, as far as the caller may see it: a change that was made is never answered by a refusal. 授权变更结果',
})
export class ChangeGrantPayload {
  @Field(() => ID, { description: 'The account whose role was changed, `acc_<ULID>`. 账号' })
  id!: string;

  @Field(() => [Grant], {
    description:
      'Its roles that have an effect now: all of them for who may see accounts, else those of the places where the caller manages roles. 当前有效的角色（仅限可见范围）',
  })
  grants!: Grant[];

  @Field(() => Account, {
    nullable: true,
    description: 'The account; null without the permission to see accounts. 账号，无查看权限时为空',
  })
  account!: Account | null;
}

/** The answer to a change that is committed: nothing in it is refused. */
export async function payloadOf(
  { actor, loaders, services }: UsersContext,
  id: string,
): Promise<ChangeGrantPayload> {
  const seesAll = seesAccount(actor, id);
  const grants = await services.roles.grantsOf(id);
  const account = seesAll ? await loaders.of(services.accounts.byId).load(id) : null;
  return Object.assign(new ChangeGrantPayload(), {
    id,
    grants: grants.filter((each) => seesAll || holds(actor, 'role.manage', placeIn(each))),
    account,
  });
}

function seesAccount(actor: Actor, id: string): boolean {
  return (actor.kind === 'account' && actor.accountId === id) || holds(actor, 'account.read');
}

function placeIn({ scope, scopeId, hospitalId }: Grant) {
  return placeOfGrant({ scope, scopeId, hospitalId: hospitalId ?? '' });
}
