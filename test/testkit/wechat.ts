import { spawn } from 'node:child_process';
import { freePort, until } from './platform.ts';

export interface WechatServer {
  /** Base of its interface. */
  readonly url: string;
  /** A person agrees: what the client of WeChat would hand to ours. */
  readonly codeOf: (wish: {
    appid: string;
    person: string;
    hasUnion?: boolean;
    scope?: string;
    isOld?: boolean;
  }) => Promise<string>;
  readonly phoneCodeOf: (wish: { appid?: string; phone: string; countryCode?: string }) => Promise<string>;
  /** Lets it answer with an error in the place of its own answer. @param name end of the path */
  readonly fail: (name: string, errcode: number, times?: number) => Promise<void>;
  readonly expireTokens: () => Promise<void>;
  /** How often each end of a path was called. */
  readonly calls: () => Promise<Record<string, number>>;
}

/** The WeChat of a sandbox that runs. */
export function wechatAt(sandboxUrl: string): WechatServer {
  const url = `${sandboxUrl}/wechat`;
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}/sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the sandbox answered with ${response.status}`);
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    url,
    codeOf: async (wish) => String((await post('codes', wish)).code),
    phoneCodeOf: async (wish) => String((await post('phone-codes', wish)).code),
    fail: async (name, errcode, times = 1) => void (await post('errors', { name, errcode, times })),
    expireTokens: async () => void (await post('expire', {})),
    calls: async () => (await (await fetch(`${url}/sandbox/calls.json`)).json()) as Record<string, number>,
  };
}

/** The four apps of one owner, as `WECHAT_APPS` has them. */
export const wechatApps = {
  MINI_PROGRAM: { appId: 'wx_mini', secret: 'secret-of-mini' },
  WEB_QR: { appId: 'wx_web', secret: 'secret-of-web' },
  IN_APP: { appId: 'wx_inside', secret: 'secret-of-inside' },
  NATIVE_APP: { appId: 'wx_native', secret: 'secret-of-native' },
};

/** A WeChat of the test's own. */
export async function startWechat(): Promise<WechatServer & { stop: () => void }> {
  const port = await freePort();
  const sandboxUrl = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['deploy/sandbox/index.mjs'], {
    env: {
      YEY_MODE: 'development',
      SANDBOX_PORT: String(port),
      SANDBOX_URL: sandboxUrl,
      WECHAT_APPS: JSON.stringify(wechatApps),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await until(async () => (await fetch(`${sandboxUrl}/healthz`)).ok);
  return { ...wechatAt(sandboxUrl), stop: () => void child.kill('SIGTERM') };
}
