import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import type { UsersContext } from '../context.ts';
import { SecondFactorState, stateOf } from '../second-factor/second-factor.state.ts';
import { maskAddress } from './device.ts';
import { Session } from './session.entity.ts';
import { RevokeAccountSessionsInput, RevokeSessionInput } from './session.inputs.ts';

@Resolver(() => Session)
export class SessionResolver {
  @Query(() => [Session], {
    description: 'The logins of the caller that have not ended, newest first, 50 at most. 我的登录设备',
  })
  async mySessions(@Ctx() context: UsersContext): Promise<Session[]> {
    return context.services.sessionEndings.list(personOf(context).accountId);
  }

  @Query(() => [Session], {
    description: 'The logins of an account, newest first, 50 at most, for administrators. 账号的登录设备',
  })
  async accountSessions(
    @Arg('accountId', () => ID, { description: 'Whose, `acc_<ULID>`.' }) accountId: string,
    @Ctx() { services }: UsersContext,
  ): Promise<Session[]> {
    return services.sessionEndings.list(parseId('acc', accountId));
  }

  @Mutation(() => Session, {
    description:
      'Ends a login of the caller; administrators may end those of others. Effective everywhere within two seconds. 下线设备',
  })
  async revokeSession(
    @Arg('input', () => RevokeSessionInput, { description: 'Which one.' }) input: RevokeSessionInput,
    @Ctx() context: UsersContext,
  ): Promise<Session> {
    return context.services.sessionEndings.revoke(personOf(context), input.sessionId);
  }

  @Mutation(() => Int, {
    description: 'Ends all logins of the caller but this one; tells how many. 下线其他设备',
  })
  async revokeOtherSessions(@Ctx() context: UsersContext): Promise<number> {
    return context.services.sessionEndings.revokeOwn(personOf(context), false);
  }

  @Mutation(() => Int, {
    description: 'Ends all logins of the caller, this one too; tells how many. 下线全部设备',
  })
  async revokeAllSessions(@Ctx() context: UsersContext): Promise<number> {
    return context.services.sessionEndings.revokeOwn(personOf(context), true);
  }

  @Mutation(() => Int, {
    description: 'Ends all logins of an account, by an administrator; tells how many. 强制下线账号',
  })
  async revokeAccountSessions(
    @Arg('input', () => RevokeAccountSessionsInput, { description: 'Whose.' })
    input: RevokeAccountSessionsInput,
    @Ctx() context: UsersContext,
  ): Promise<number> {
    return context.services.sessionEndings.revokeOf(personOf(context), input.accountId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'From which address, masked: `203.0.*.*`; null if not known. 登录地址',
  })
  ip(@Root() { ip }: Session): string | null {
    return ip && maskAddress(ip);
  }

  @FieldResolver(() => DateTime, { description: 'When it was refreshed last. 最近活动时间' })
  lastSeenAt(@Root() { lastSeenAt, createdAt }: Session): Date {
    return lastSeenAt ?? createdAt;
  }

  @FieldResolver(() => Boolean, { description: 'Whether it is the one of this call. 是否当前会话' })
  isCurrent(@Root() { id }: Session, @Ctx() { actor }: UsersContext): boolean {
    return actor.kind === 'account' && actor.sessionId === id;
  }

  @FieldResolver(() => SecondFactorState, { description: 'What it lacks of the second factor. 二次验证状态' })
  async secondFactor(
    @Root() { accountId, secondFactorAt }: Session,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<SecondFactorState> {
    const need = await loaders.of(services.secondFactorNeeds).load(accountId);
    return stateOf(secondFactorAt !== null, need);
  }
}

function personOf({ actor }: UsersContext) {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  return actor;
}
