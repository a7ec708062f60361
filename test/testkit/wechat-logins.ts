import { randomUUID } from 'node:crypto';
import { LoginPurpose } from '../../subgraphs/users/login/party-login.types.ts';
import { WechatChannel } from '../../subgraphs/users/wechat/wechat.config.ts';
import { BACK, openParties, type OpenedParties } from './parties.ts';
import { startWechat, wechatApps, type WechatServer } from './wechat.ts';

interface Of {
  readonly parties: OpenedParties;
  readonly wechat: WechatServer;
}

/** WeChat of the test's own, and the services of login that ask it. */
export async function openWechatLogins() {
  const wechat = await startWechat();
  const parties = await openParties({ wechatUrl: wechat.url });
  const close = async () => {
    await parties.close();
    wechat.stop();
  };
  return { wechat, parties, close };
}

export type WechatLogins = Awaited<ReturnType<typeof openWechatLogins>>;

export const nobody = { kind: 'anonymous' } as const;
export const somebody = () => `person-${randomUUID()}`;

/** Begins a login in a browser. */
export const begin = ({ parties }: Pick<Of, 'parties'>, channel: WechatChannel, redirectUri = BACK) =>
  parties.wechat.begin({ channel, redirectUri, isSilent: false, purpose: LoginPurpose.LOGIN }, nobody);

/** Logs in by the SDK of an app: the shortest way. @returns the account */
export async function byApp(
  { parties, wechat }: Of,
  person: string,
  more: { hasUnion?: boolean } = {},
): Promise<string> {
  const code = await wechat.codeOf({ appid: wechatApps.NATIVE_APP.appId, person, ...more });
  const login = { channel: WechatChannel.NATIVE_APP, code, state: null, verifier: null };
  return (await parties.wechat.logIn(login)).accountId;
}

/** @returns the account */
export async function byMiniProgram(
  { parties, wechat }: Of,
  person: string,
  more: { hasUnion?: boolean } = {},
  phoneCode?: string,
): Promise<string> {
  const code = await wechat.codeOf({ appid: wechatApps.MINI_PROGRAM.appId, person, ...more });
  return (await parties.wechat.logInByMiniProgram(code, phoneCode)).accountId;
}

/** @returns the account */
export async function byBrowser(
  { parties, wechat }: Of,
  channel: WechatChannel,
  person: string,
): Promise<string> {
  const { state, verifier, url } = await begin({ parties }, channel);
  const asked = new URL(url).searchParams;
  const scope = asked.get('scope') ?? '';
  const code = await wechat.codeOf({ appid: asked.get('appid') ?? '', person, scope });
  return (await parties.wechat.logIn({ channel, code, state, verifier })).accountId;
}
