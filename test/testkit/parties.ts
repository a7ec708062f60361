import { inject } from 'vitest';
import { Audit } from '../../shared/audit/audit.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import type { Actor } from '../../shared/context/actor.ts';
import { openDatabase } from '../../shared/db/open.ts';
import { auditPlaceOf } from '../../shared/foundation/foundation.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { Wake } from '../../shared/redis/wake.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { LoginCodeService } from '../../subgraphs/users/login/login-code.service.ts';
import { LoginService } from '../../subgraphs/users/login/login.service.ts';
import { identityProtection, wirePartyLogins } from '../../subgraphs/users/login/party-login.wiring.ts';
import { RegistrationService } from '../../subgraphs/users/login/registration.service.ts';
import type { OidcProvider } from '../../subgraphs/users/oidc/oidc.config.ts';
import { wireSessions } from '../../subgraphs/users/session/session.wiring.ts';
import { TokenSigner } from '../../subgraphs/users/token/token-signer.ts';
import type { WechatConfig } from '../../subgraphs/users/wechat/wechat.config.ts';
import { benchEnvironment, freePort } from './platform.ts';
import { wechatApps } from './wechat.ts';

/** Where the tests' browsers come back to. */
export const BACK = 'https://portal.example/login';

export const actorOf = (accountId: string): Actor => ({
  kind: 'account',
  accountId,
  sessionId: 'ses_1',
  grants: [],
});

/** The services of login, on the platform's database, with other parties and a clock of the test's own. */
export async function openParties({
  wechatUrl = '',
  apps = wechatApps as WechatConfig['apps'],
  providers = [] as OidcProvider[],
}) {
  let passed = 0;
  const now = () => new Date(Date.now() + passed);
  const config = loadUsersConfig(benchEnvironment(inject('platformDir')));
  const redis = createRedis(config.redisStateUrl, 'request');
  const { db } = await openDatabase(config, database, redis);
  const audit = new Audit(db, auditPlaceOf(config), new Wake(redis, redis), now);
  const parts = { config, db, audit, now, cipher: new FieldCipher(config.fieldKeys) };
  const sent = new Map<string, string>();
  const sender = { sendLoginCode: async (phone: string, code: string) => void sent.set(phone, code) };
  const protection = identityProtection(parts);
  const codes = new LoginCodeService(db, protection.index, sender, now);
  const signer = TokenSigner.fromFile(config.jwtPrivateKeyFile);
  const { sessions, sessionEndings } = wireSessions({ ...parts, cache: redis }, signer);
  const logins = new LoginService(db, codes, sessions, new RegistrationService(protection, audit, now));
  // Where nobody listens, when the test has no WeChat.
  const apiUrl = wechatUrl || `http://127.0.0.1:${await freePort()}`;
  const wechat = { apps, redirectUris: [BACK], apiUrl, openUrl: apiUrl };
  const codeFor = async (phone: string) => {
    await codes.send(phone);
    return sent.get(phone) ?? '';
  };
  return {
    ...wirePartyLogins(parts, codes, { sessions, sessionEndings }, { wechat, providers }),
    codeFor,
    /** Login by SMS. @returns the account */
    logInBySms: async (phone: string) => (await logins.logIn(phone, await codeFor(phone))).accountId,
    pass: (seconds: number) => void (passed += seconds * 1000),
    close: async () => {
      await db.close();
      redis.disconnect();
    },
  };
}

export type OpenedParties = Awaited<ReturnType<typeof openParties>>;
