import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum LoginPurpose {
  LOGIN = 'LOGIN',
  LINK = 'LINK',
}

registerEnumType(LoginPurpose, {
  name: 'LoginPurpose',
  description: 'What somebody goes to another party for. 授权用途',
  valuesConfig: {
    LOGIN: { description: '登录' },
    LINK: { description: '绑定到当前账号' },
  },
});

@ObjectType({ description: 'A login with another party that has begun. 已发起的第三方登录' })
export class BegunLogin {
  @Field(() => String, { description: 'Where to send the browser. 授权地址' })
  url!: string;

  @Field(() => String, { description: 'Comes back in the address; it works once.' })
  state!: string;

  @Field(() => String, {
    description:
      'Secret of the device that began: keep it there alone (such as in `sessionStorage`) and give it back at the end.',
  })
  verifier!: string;

  @Field(() => DateTime, { description: 'Until when it can be ended. 有效期' })
  expiresAt!: Date;
}
