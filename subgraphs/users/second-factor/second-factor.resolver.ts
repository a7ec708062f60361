import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { UsersContext } from '../context.ts';
import {
  RecoveryCodes,
  ResetSecondFactorInput,
  SecondFactorCodeInput,
  SecondFactorEnrolment,
} from './second-factor.types.ts';

@Resolver()
export class SecondFactorResolver {
  @Mutation(() => SecondFactorEnrolment, {
    description:
      'A new secret for an authenticator app; it holds once `confirmSecondFactor` is given a code of it. 绑定验证器',
  })
  async beginSecondFactor(@Ctx() context: UsersContext): Promise<SecondFactorEnrolment> {
    return context.services.secondFactors.begin(personOf(context));
  }

  @Mutation(() => RecoveryCodes, {
    description: 'Makes the new secret hold; this login counts as verified. 确认绑定',
  })
  async confirmSecondFactor(
    @Arg('input', () => SecondFactorCodeInput, { description: 'A code of it.' }) input: SecondFactorCodeInput,
    @Ctx() context: UsersContext,
  ): Promise<RecoveryCodes> {
    await count(context);
    return { codes: await context.services.secondFactors.confirm(personOf(context), input.code) };
  }

  @Mutation(() => Boolean, {
    description: 'Gives the second factor in this login, which has all rights of the account then. 二次验证',
  })
  async verifySecondFactor(
    @Arg('input', () => SecondFactorCodeInput, { description: 'The code.' }) input: SecondFactorCodeInput,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    await count(context);
    await context.services.secondFactors.verify(personOf(context), input.code);
    return true;
  }

  @Mutation(() => RecoveryCodes, {
    description: 'New recovery codes; the old ones work no more. 重新生成恢复码',
  })
  async renewRecoveryCodes(@Ctx() context: UsersContext): Promise<RecoveryCodes> {
    return { codes: await context.services.secondFactors.renewCodes(personOf(context)) };
  }

  @Mutation(() => Boolean, {
    description: 'Does away with the second factor; not for administrators. 关闭二次验证',
  })
  async disableSecondFactor(
    @Arg('input', () => SecondFactorCodeInput, { description: 'The code.' }) input: SecondFactorCodeInput,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    await count(context);
    await context.services.secondFactors.disable(personOf(context), input.code);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Takes the second factor from another account and ends its logins, by an administrator. 重置二次验证',
  })
  async resetSecondFactor(
    @Arg('input', () => ResetSecondFactorInput, { description: 'Whose.' }) input: ResetSecondFactorInput,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    await context.services.secondFactorResets.reset(personOf(context), input.accountId);
    return true;
  }
}

function personOf({ actor }: UsersContext) {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  return actor;
}

async function count(context: UsersContext): Promise<void> {
  await context.services.limiter.attempt('SECOND_FACTOR', personOf(context).accountId);
}
