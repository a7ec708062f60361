import { randomInt } from 'node:crypto';
import { inject } from 'vitest';
import { type ClientInfo, unknownClient } from '../../shared/context/client-info.ts';
import { inRequest } from '../../shared/context/request-context.ts';
import type { BlindIndexKeys } from '../../shared/crypto/blind-index.ts';
import { layFoundation } from '../../shared/foundation/foundation.ts';
import { newId } from '../../shared/ids/ids.ts';
import { Account } from '../../subgraphs/users/account/account.entity.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { IdentityStore } from '../../subgraphs/users/identity/identity.store.ts';
import { IdentityKind } from '../../subgraphs/users/login/identity.entity.ts';
import { identityProtection } from '../../subgraphs/users/login/party-login.wiring.ts';
import { RoleService } from '../../subgraphs/users/role/role.service.ts';
import { wireSessions } from '../../subgraphs/users/session/session.wiring.ts';
import type { Places } from '../../subgraphs/users/role/grant-check.service.ts';
import { TokenSigner } from '../../subgraphs/users/token/token-signer.ts';
import { benchEnvironment } from './platform.ts';

/** Every place is there. */
export const ALL_PLACES: Places = { isHospital: async () => true, isPharmacy: async () => true };

/** The services of users in the test's own process, on a clock that stands still until it is told to pass. */
export async function openUsers(start: string) {
  let now = new Date(start);
  const config = loadUsersConfig(benchEnvironment(inject('platformDir')));
  const laid = await layFoundation(config, database);
  const foundation = { ...laid.foundation, now: () => now };
  const { db } = foundation;
  const signer = TokenSigner.fromFile(config.jwtPrivateKeyFile);
  const services = wireSessions(foundation, signer);
  const identities = new IdentityStore(identityProtection(foundation));
  const roles = new RoleService(db, foundation.audit, ALL_PLACES, foundation.now);
  return {
    foundation,
    roles,
    ...services,
    now: () => now,
    pass: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
    close: laid.close,
    /** The same sessions in a process that has another key for what is looked up by fingerprint. */
    withBlindIndexKey: (blindIndexKey: BlindIndexKeys) =>
      wireSessions({ ...foundation, config: { ...config, blindIndexKey } }, signer).sessions,
    /** An account that nobody can log in to, without any role. */
    newAccount: async () => {
      const id = newId('acc');
      await db.transaction(({ manager }) =>
        manager.insert(Account, { id, displayName: `测试${randomInt(10_000)}`, createdAt: now }),
      );
      return id;
    },
    begin: (accountId: string, client: Partial<ClientInfo> = {}) =>
      onTerminal(client, () =>
        db.transaction(async (tx) => {
          const [known] = await identities.ofAccount(tx, accountId);
          const proof = { kind: IdentityKind.OIDC, subject: `test|${accountId}` };
          return services.sessions.begin(tx, known ?? (await identities.insert(tx, accountId, proof, now)));
        }),
      ),
  };
}

/** Runs something as if a terminal had asked for it. */
export function onTerminal<T>(client: Partial<ClientInfo>, work: () => T): T {
  const info = { requestId: 'test', traceparent: '', locale: 'en', actorId: 'anonymous', needsLatest: true };
  return inRequest({ ...info, client: { ...unknownClient, ...client } }, work);
}

/** The session that an access token is of. */
export function sessionOf(accessToken: string): string {
  const [, payload = ''] = accessToken.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string }).sid;
}
