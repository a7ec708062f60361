import { z } from 'zod';
import { jsonVariable, redirectAddress, secureAddress } from '../../../shared/config/json-variable.ts';

const app = z.strictObject({
  appId: z.string().regex(/^\w{1,64}$/, 'must be an app id'),
  secret: z.string().min(1),
});

/** Where somebody logs in by WeChat: each is an app of its own there. */
export enum WechatChannel {
  MINI_PROGRAM = 'MINI_PROGRAM',
  WEB_QR = 'WEB_QR',
  IN_APP = 'IN_APP',
  NATIVE_APP = 'NATIVE_APP',
}

const apps = z
  .strictObject({
    MINI_PROGRAM: app.optional(),
    WEB_QR: app.optional(),
    IN_APP: app.optional(),
    NATIVE_APP: app.optional(),
  })
  // A code is good for one app: so that of a browser is none in the channel of apps, which knows no state.
  .refine((all) => {
    const ids = Object.values(all).map(({ appId }) => appId);
    return new Set(ids).size === ids.length;
  }, 'two channels have the same appId');

/** The variables of login by WeChat. */
export const wechatVariables = {
  WECHAT_APPS: jsonVariable(apps).default({}),
  WECHAT_REDIRECT_URIS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean),
    )
    .pipe(z.array(redirectAddress)),
  WECHAT_API_URL: secureAddress.default('https://api.weixin.qq.com'),
  WECHAT_OPEN_URL: secureAddress.default('https://open.weixin.qq.com'),
};

export type WechatApp = z.infer<typeof app>;

export interface WechatConfig {
  readonly apps: z.infer<typeof apps>;
  /** Where browsers may be sent back to, exactly. */
  readonly redirectUris: readonly string[];
  readonly apiUrl: string;
  readonly openUrl: string;
}
