import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuthorityReader } from '../../shared/auth/authority.ts';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { authorityOf } from '../../subgraphs/users/session/session-authority.ts';
import { ask, data, subscribe } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { freePort } from '../testkit/platform.ts';
import { rows } from '../testkit/rows.ts';
import { openUsers, sessionOf } from '../testkit/users-services.ts';

const DAY_S = 24 * 3600;
const ended = { code: 'SESSION_ENDED' };
let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  users = await openUsers('2026-04-01T00:00:00.000Z');
});
afterAll(() => users.close());

const begin = async () => users.begin(await users.newAccount());
const refresh = (token: string) => users.sessions.refresh(token);

/** The rotation that an access token names. */
function rotationOf(accessToken: string): string | undefined {
  const [, payload = ''] = accessToken.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { rot?: string }).rot;
}

async function endReasonOf(accessToken: string): Promise<unknown> {
  const [session] = await rows('SELECT end_reason FROM yey_users.session WHERE id = ?', [
    sessionOf(accessToken),
  ]);
  return session?.end_reason;
}

describe('a refresh whose answer was lost', () => {
  test('may be repeated for a day, and gives the same refresh token', async () => {
    const login = await begin();
    const first = await refresh(login.refreshToken);
    for (const seconds of [1, 11, 3600, DAY_S - 3612]) {
      users.pass(seconds);
      const again = await refresh(login.refreshToken);
      expect(again.refreshToken).toBe(first.refreshToken);
      expect(rotationOf(again.accessToken)).toBe(rotationOf(first.accessToken));
    }
    // Whichever of the answers arrived, the login goes on.
    await expect(refresh(first.refreshToken)).resolves.toMatchObject({ accountId: login.accountId });
  });

  test('ends the login when it is repeated after a day', async () => {
    const login = await begin();
    const first = await refresh(login.refreshToken);
    users.pass(DAY_S + 1);
    await expect(refresh(login.refreshToken)).rejects.toMatchObject(ended);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(ended);
    expect(await endReasonOf(login.accessToken)).toBe('REFRESH_TOKEN_REUSED');
  });

  test.each([0, 5, 3600])('ends the login when its successor was used %i s before', async (seconds) => {
    const login = await begin();
    const first = await refresh(login.refreshToken);
    const second = await refresh(first.refreshToken);
    users.pass(seconds);
    await expect(refresh(login.refreshToken)).rejects.toMatchObject(ended);
    await expect(refresh(second.refreshToken)).rejects.toMatchObject(ended);
    expect(await endReasonOf(login.accessToken)).toBe('REFRESH_TOKEN_REUSED');
  });

  test('may be repeated while the key of its successor is changed', async () => {
    const { config } = users.foundation;
    const next = { current: 'ab'.repeat(32), other: config.blindIndexKey.current };
    const login = await begin();
    const first = await refresh(login.refreshToken);
    const changed = users.withBlindIndexKey(next);
    expect(new BlindIndex(next, 'refresh').of(login.refreshToken)).not.toBe(first.refreshToken);
    expect((await changed.refresh(login.refreshToken)).refreshToken).toBe(first.refreshToken);
  });

  test('is repeated by twenty at once and used by one of them: all get the same, or the login ends', async () => {
    const login = await begin();
    const first = await refresh(login.refreshToken);
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 20 }, () => refresh(login.refreshToken)),
      refresh(first.refreshToken),
    ]);
    const codes = outcomes.map((each) =>
      each.status === 'fulfilled' ? 'ok' : String((each.reason as { code?: string }).code),
    );
    expect(codes.filter((code) => !['ok', 'SESSION_ENDED'].includes(code))).toEqual([]);
    await expect(refresh(login.refreshToken)).rejects.toMatchObject(ended);
  });
});

describe('an access token that came with the successor', () => {
  /** Reads authorities as a subgraph does, over a Redis of its choice. */
  const reader = (redis: Redis) =>
    new AuthorityReader(redis, (sessionId, rotation) => authorityOf(users, sessionId, rotation));

  test.each(['with Redis', 'without Redis'])('ends the login by its first use, %s', async (kind) => {
    const gone = new Redis({ port: await freePort(), maxRetriesPerRequest: 0, retryStrategy: () => null });
    gone.on('error', () => undefined);
    const authorities = reader(kind === 'with Redis' ? users.foundation.cache : gone);
    const login = await begin();
    const sessionId = sessionOf(login.accessToken);
    expect(rotationOf(login.accessToken)).toBeUndefined();
    // What the session may do is cached now; the new token's first use must be noticed all the same.
    await authorities.grantsOf(sessionId);
    const first = await refresh(login.refreshToken);
    await expect(refresh(login.refreshToken)).resolves.toMatchObject({ refreshToken: first.refreshToken });
    await authorities.grantsOf(sessionId, rotationOf(first.accessToken));
    await expect(refresh(login.refreshToken)).rejects.toMatchObject(ended);
    expect(await endReasonOf(login.accessToken)).toBe('REFRESH_TOKEN_REUSED');
    gone.disconnect();
  });

  test('of another session, or of no rotation at all, ends nothing', async () => {
    const [login, other] = [await begin(), await begin()];
    const first = await refresh(login.refreshToken);
    const rotation = rotationOf(first.accessToken);
    await users.rotationUses.record(sessionOf(other.accessToken), rotation ?? '');
    await users.rotationUses.record(sessionOf(login.accessToken), 'ab'.repeat(32));
    await expect(refresh(login.refreshToken)).resolves.toMatchObject({ refreshToken: first.refreshToken });
  });

  test('is told to users once by each process, not with every request', async () => {
    const told: (string | undefined)[] = [];
    const redis = users.foundation.cache;
    const authorities = new AuthorityReader(redis, (sessionId, rotation) => {
      told.push(rotation);
      return users.roles.authorityOf(sessionId);
    });
    const sessionId = sessionOf((await begin()).accessToken);
    for (const rotation of ['a', 'a', 'b', 'a', 'b']) await authorities.grantsOf(sessionId, rotation);
    expect(told.filter(Boolean)).toEqual(['a', 'b']);
  });
});

const REFRESH =
  'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken } }';

describe('through the router', () => {
  const renew = async (refreshToken: string) => {
    const answer = await ask(REFRESH, { input: { refreshToken } });
    const pair = answer.data?.refreshSession as { accessToken: string; refreshToken: string } | null;
    return { code: answer.errors[0]?.extensions.code, accessToken: pair?.accessToken ?? '' };
  };

  test('lost answers log nobody out, however many', async () => {
    const { refreshToken } = await logInAnew();
    for (let lost = 0; lost < 5; lost += 1) expect((await renew(refreshToken)).code).toBeUndefined();
    const { accessToken } = await renew(refreshToken);
    expect(await data('{ me { id } }', {}, { token: accessToken })).toMatchObject({ me: {} });
  });

  test.each([
    ['users', '{ me { id } }'],
    ['pharmacy', '{ myOrders(first: 1) { edges { cursor } } }'],
    ['care, by a subscription', undefined],
  ])('the first use of the new access token is noticed by %s', async (_where, query) => {
    const login = await logInAnew();
    // What the session may do is cached everywhere.
    await data('{ me { id } myOrders(first: 1) { edges { cursor } } }', {}, { token: login.accessToken });
    const { accessToken } = await renew(login.refreshToken);
    if (query === undefined) {
      const reader = subscribe(
        'subscription { queueTicketChanged(ticketId: "qtk_01ARZ3NDEKTSV4RRFFQ69G5FAV") { id } }',
        {},
        { token: accessToken },
      );
      expect(await reader.next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
      await reader.close();
    } else {
      await data(query, {}, { token: accessToken });
    }
    expect((await renew(login.refreshToken)).code).toBe('SESSION_ENDED');
    const after = await ask('{ me { id } }', {}, { token: accessToken });
    expect(after.errors[0]?.extensions.code).toBe('SESSION_ENDED');
  });
});
