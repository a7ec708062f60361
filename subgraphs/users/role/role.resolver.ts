import { Arg, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { Account } from '../account/account.entity.ts';
import type { UsersContext } from '../context.ts';
import { authorityOf } from '../session/session-authority.ts';
import { ChangeGrantInput } from './role.inputs.ts';
import { ChangeGrantPayload, payloadOf } from './role.payload.ts';
import { Grant, SessionAuthority } from './role.types.ts';

@Resolver(() => Account)
export class RoleResolver {
  @FieldResolver(() => [Grant], { description: 'The roles of this account. 角色' })
  async grants(@Root() account: Account, @Ctx() { services }: UsersContext): Promise<Grant[]> {
    return services.roles.grantsOf(account.id);
  }

  @Directive('@inaccessible')
  @Query(() => SessionAuthority, {
    nullable: true,
    description: 'What a session may do; null when it has ended. For the other subgraphs alone.',
  })
  async sessionAuthority(
    @Arg('sessionId', () => ID, { description: 'The session, `ses_<ULID>`.' }) sessionId: string,
    @Arg('rotation', () => String, {
      nullable: true,
      description:
        'The refresh that issued the access token, when its first use is told. 令牌首次使用时的刷新批次',
    })
    rotation: string | null,
    @Ctx() { services }: UsersContext,
  ): Promise<SessionAuthority | null> {
    return authorityOf(services, sessionId, rotation ?? undefined);
  }

  @Mutation(() => ChangeGrantPayload, {
    nullable: true,
    description:
      'Gives an account a role; effective everywhere within two seconds. A clinical role needs a valid licence at the place, and is never given to oneself. ' +
      '授予角色，两秒内全平台生效；临床角色须在该机构持有有效执业资格，且不能授予本人',
  })
  async grantRole(
    @Arg('input', () => ChangeGrantInput, { description: 'Which role, to whom, where.' })
    input: ChangeGrantInput,
    @Ctx() context: UsersContext,
  ): Promise<ChangeGrantPayload> {
    parseId('acc', input.accountId);
    await context.services.roles.grant(context.actor, input);
    return payloadOf(context, input.accountId);
  }

  @Mutation(() => ChangeGrantPayload, {
    nullable: true,
    description: 'Takes a role away; effective everywhere within two seconds. 撤销角色',
  })
  async revokeRole(
    @Arg('input', () => ChangeGrantInput, { description: 'Which role, from whom, where.' })
    input: ChangeGrantInput,
    @Ctx() context: UsersContext,
  ): Promise<ChangeGrantPayload> {
    parseId('acc', input.accountId);
    await context.services.roles.revoke(context.actor, input);
    return payloadOf(context, input.accountId);
  }
}
