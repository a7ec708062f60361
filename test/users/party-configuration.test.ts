import { expect, test } from 'vitest';
import { z } from 'zod';
import { oidcVariables } from '../../subgraphs/users/oidc/oidc.config.ts';
import { wechatVariables } from '../../subgraphs/users/wechat/wechat.config.ts';

const SECRET = 'not-to-be-told';
const schema = z.object({ ...wechatVariables, ...oidcVariables });
const provider = {
  id: 'hospital',
  name: { zh: '医院', en: 'Hospital' },
  issuer: 'https://id.example',
  clientId: 'us',
  clientSecret: SECRET,
  redirectUris: ['https://portal.example/login'],
};
const problemsOf = (env: Record<string, string>) => {
  const messages = schema.safeParse(env).error?.issues.map((issue) => issue.message) ?? [];
  expect(messages.join()).not.toContain(SECRET);
  return messages.join('; ');
};
const withProvider = (change: object) => ({ OIDC_PROVIDERS: JSON.stringify([{ ...provider, ...change }]) });

test('nothing is configured, or a whole provider and apps', () => {
  expect(schema.parse({})).toMatchObject({ WECHAT_APPS: {}, OIDC_PROVIDERS: [], WECHAT_REDIRECT_URIS: [] });
  const parsed = schema.parse({
    ...withProvider({}),
    WECHAT_APPS: JSON.stringify({ WEB_QR: { appId: 'wx1', secret: SECRET } }),
    WECHAT_REDIRECT_URIS: 'https://portal.example/a, http://127.0.0.1:4000/',
  });
  expect(parsed.WECHAT_REDIRECT_URIS).toEqual(['https://portal.example/a', 'http://127.0.0.1:4000/']);
  expect(parsed.OIDC_PROVIDERS[0]).toMatchObject({
    scopes: ['openid'],
    clientAuthentication: 'client_secret_basic',
  });
});

test.each([
  ['an issuer without TLS', withProvider({ issuer: 'http://id.example' }), '0.issuer'],
  ['a redirect without TLS', withProvider({ redirectUris: ['http://portal.example/'] }), '0.redirectUris.0'],
  ['a redirect with a query', withProvider({ redirectUris: ['https://p.example/?a'] }), '0.redirectUris.0'],
  ['a redirect of another form', withProvider({ redirectUris: ['https://p.example'] }), '0.redirectUris.0'],
  ['no redirect', withProvider({ redirectUris: [] }), '0.redirectUris'],
  ['scopes without openid', withProvider({ scopes: ['email'] }), 'openid'],
  ['two with one id', { OIDC_PROVIDERS: JSON.stringify([provider, provider]) }, 'same id'],
  ['what is not known', withProvider({ tokenurl: SECRET }), 'tokenurl'],
  ['no JSON', { OIDC_PROVIDERS: `[{"clientSecret":"${SECRET}"` }, 'must be JSON'],
  ['an app without id', { WECHAT_APPS: `{"WEB_QR":{"secret":"${SECRET}"}}` }, 'WEB_QR.appId'],
  [
    'one app for two channels',
    {
      WECHAT_APPS: JSON.stringify({
        WEB_QR: { appId: 'wx1', secret: SECRET },
        NATIVE_APP: { appId: 'wx1', secret: SECRET },
      }),
    },
    'same appId',
  ],
  ['a WeChat without TLS', { WECHAT_API_URL: 'http://api.example' }, 'https://'],
])('%s is refused, and no secret is told', (_what, env, problem) => {
  expect(problemsOf(env)).toContain(problem);
});
