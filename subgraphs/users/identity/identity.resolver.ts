import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { actorId } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import { Account } from '../account/account.entity.ts';
import type { UsersContext } from '../context.ts';
import { Identity } from '../login/identity.entity.ts';
import { LinkOidcInput } from '../oidc/oidc.inputs.ts';
import { LinkWechatInput, LinkWechatMiniProgramInput } from '../wechat/wechat.inputs.ts';
import { LinkPhoneInput, UnlinkIdentityInput } from './identity.inputs.ts';

@Resolver(() => Identity)
export class IdentityResolver {
  @Query(() => [Identity], { description: 'How the caller can log in, ten ways at most. 我的登录方式' })
  async myIdentities(@Ctx() { actor, loaders, services }: UsersContext): Promise<Identity[]> {
    return (await loaders.of(services.identities.ofAccount).load(actorId(actor))) ?? [];
  }

  @FieldResolver(() => String, {
    description: 'What its owner knows it by, masked: `138****0001`, `微信 ****x3Fq`. 显示名称',
  })
  label(@Root() identity: Identity, @Ctx() { locale, services }: UsersContext): string {
    return services.identityLabels.of(identity, locale.toLowerCase().startsWith('en'));
  }

  @Mutation(() => Identity, { description: 'Links a phone to the account of the caller. 绑定手机号' })
  async linkPhone(
    @Arg('input', () => LinkPhoneInput, { description: 'Number and code.' }) input: LinkPhoneInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<Identity> {
    const phone = normalisePhone(input.phone);
    await services.limiter.attempt('SMS_LOGIN', services.phoneIndex.of(phone));
    const code = input.code.trim();
    if (!/^[0-9]{6}$/.test(code)) throw new AppError('LOGIN_CODE_WRONG');
    const id = await services.identities.linkPhone(actor, phone, code, input.idempotencyKey);
    return services.identities.get(actor, id);
  }

  @Mutation(() => Identity, {
    description: 'Links WeChat; a browser began with the purpose `LINK`. 绑定微信',
  })
  async linkWechat(
    @Arg('input', () => LinkWechatInput, { description: 'What WeChat gave.' }) input: LinkWechatInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<Identity> {
    const { idempotencyKey: key, ...body } = input;
    const linking = { actor, operation: 'linkWechat', key, body };
    await services.limiter.attempt('WECHAT');
    const id = await services.identities.link(linking, (accountId) =>
      services.wechat.prove(input, accountId),
    );
    return services.identities.get(actor, id);
  }

  @Mutation(() => Identity, { description: 'Links WeChat from the mini-program. 小程序绑定微信' })
  async linkWechatMiniProgram(
    @Arg('input', () => LinkWechatMiniProgramInput, { description: 'What WeChat gave.' })
    { code, idempotencyKey: key }: LinkWechatMiniProgramInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<Identity> {
    const linking = { actor, operation: 'linkWechatMiniProgram', key, body: { code } };
    await services.limiter.attempt('WECHAT');
    const id = await services.identities.link(linking, () => services.wechat.proveMiniProgram(code));
    return services.identities.get(actor, id);
  }

  @Mutation(() => Identity, {
    description: 'Links an account with a provider; it began with the purpose `LINK`. 绑定第三方账号',
  })
  async linkOidc(
    @Arg('input', () => LinkOidcInput, { description: 'What it answered.' }) input: LinkOidcInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<Identity> {
    const { idempotencyKey: key, ...body } = input;
    const linking = { actor, operation: 'linkOidc', key, body };
    await services.limiter.attempt('OIDC');
    const id = await services.identities.link(linking, (accountId) => services.oidc.prove(input, accountId));
    return services.identities.get(actor, id);
  }

  @Mutation(() => [Identity], {
    description:
      'Takes a way to log in from the caller; the last one stays. Sessions that began by it end, but the one that asks. ' +
      'Answers with what is left. 解除绑定',
  })
  async unlinkIdentity(
    @Arg('input', () => UnlinkIdentityInput, { description: 'Which one.' }) input: UnlinkIdentityInput,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<Identity[]> {
    await services.identities.unlink(actor, parseId('idt', input.identityId), input.idempotencyKey);
    return (await loaders.of(services.identities.ofAccount).load(actorId(actor))) ?? [];
  }
}

@Resolver(() => Account)
export class AccountIdentitiesResolver {
  @FieldResolver(() => [Identity], { description: 'How its owner can log in. 登录方式' })
  async identities(@Root() { id }: Account, @Ctx() { loaders, services }: UsersContext): Promise<Identity[]> {
    return (await loaders.of(services.identities.ofAccount).load(id)) ?? [];
  }
}
