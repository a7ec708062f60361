import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { LoginPurpose } from '../login/party-login.types.ts';
import { WechatChannel } from './wechat.config.ts';

registerEnumType(WechatChannel, {
  name: 'WechatChannel',
  description: 'Where somebody logs in by WeChat. 微信登录渠道',
  valuesConfig: {
    MINI_PROGRAM: { description: '小程序' },
    WEB_QR: { description: '网站扫码' },
    IN_APP: { description: '微信内网页' },
    NATIVE_APP: { description: '移动应用' },
  },
});

@InputType({ description: 'Begins a login by WeChat in a browser. 发起微信登录' })
export class BeginWechatLoginInput {
  @Field(() => WechatChannel, { description: '`WEB_QR` or `IN_APP`. 渠道' })
  channel!: WechatChannel;

  @Field(() => String, {
    description: 'Where WeChat sends the browser back to; one that is allowed. 回调地址',
  })
  redirectUri!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      '`IN_APP` only: without asking the person (snsapi_base), which tells the openid alone. 静默授权',
  })
  isSilent!: boolean;

  @Field(() => LoginPurpose, {
    defaultValue: LoginPurpose.LOGIN,
    description: 'To log in, or to link it to the account of the caller. 用途',
  })
  purpose!: LoginPurpose;
}

@InputType({ description: 'What WeChat gave, in a browser or in an app. 微信授权结果' })
export class WechatAuthorisation {
  @Field(() => WechatChannel, { description: '`WEB_QR`, `IN_APP` or `NATIVE_APP`. 渠道' })
  channel!: WechatChannel;

  @Field(() => String, { description: 'The `code` of the address, or of the SDK. 授权码' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'The `state` of the address; browsers only.' })
  state!: string | null;

  @Field(() => String, { nullable: true, description: 'The secret of the beginning; browsers only.' })
  verifier!: string | null;
}

@InputType({ description: 'Logs in by WeChat. 微信登录' })
export class LogInByWechatInput extends WechatAuthorisation {}

@InputType({ description: 'Logs in from the mini-program. 小程序登录' })
export class LogInByWechatMiniProgramInput {
  @Field(() => String, { description: 'Of `wx.login`. 登录凭证' })
  code!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Of the button `getPhoneNumber`: the account is that of the phone then. 手机号凭证',
  })
  phoneCode!: string | null;
}

@InputType({ description: 'Links WeChat to the account of the caller. 绑定微信' })
export class LinkWechatInput extends WechatAuthorisation {
  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}

@InputType({
  description: 'Links WeChat to the account of the caller, from the mini-program. 小程序绑定微信',
})
export class LinkWechatMiniProgramInput {
  @Field(() => String, { description: 'Of `wx.login`. 登录凭证' })
  code!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry. 幂等键' })
  idempotencyKey!: string;
}
