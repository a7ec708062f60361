import { afterAll, beforeAll, expect, test } from 'vitest';
import { onTerminal, openUsers, sessionOf } from '../testkit/users-services.ts';
import { rows } from '../testkit/rows.ts';

let users: Awaited<ReturnType<typeof openUsers>>;
beforeAll(async () => {
  // Long ago, so that the purge finds no session of another test.
  users = await openUsers('2020-03-01T00:00:00.000Z');
});
afterAll(() => users.close());

const reasonsOf = (accountId: string) =>
  rows('SELECT id, end_reason FROM yey_users.session WHERE account_id = ? ORDER BY created_at, id', [
    accountId,
  ]);

test('of twenty logins at once on one kind of terminal exactly as many are left as it may have', async () => {
  const accountId = await users.newAccount();
  await users.begin(accountId, { terminal: 'WEB' });
  const kinds = ['IOS', 'ANDROID'] as const;
  const pairs = await Promise.all(
    Array.from({ length: 20 }, (_, index) => users.begin(accountId, { terminal: kinds[index % 2] ?? 'IOS' })),
  );
  const live = await users.sessionEndings.list(accountId);
  expect(live.map((each) => each.terminal).filter((each) => each === 'WEB')).toHaveLength(1);
  expect(live).toHaveLength(4);
  const ended = (await reasonsOf(accountId)).filter((each) => each.end_reason !== null);
  expect(new Set(ended.map((each) => each.end_reason))).toEqual(new Set(['TERMINAL_LIMIT']));
  const refreshed = await Promise.allSettled(pairs.map((pair) => users.sessions.refresh(pair.refreshToken)));
  expect(refreshed.filter((each) => each.status === 'fulfilled')).toHaveLength(3);
});

test('the oldest one goes; those of other kinds and of the demo stay', async () => {
  const accountId = await users.newAccount();
  const [demo = ''] = await users.sessions.beginDemo([accountId], 3600);
  const begun: string[] = [];
  for (let login = 0; login < 6; login += 1) {
    users.pass(1);
    begun.push(sessionOf((await users.begin(accountId, { terminal: 'OTHER' })).accessToken));
  }
  const live = (await users.sessionEndings.list(accountId)).map((each) => each.id);
  expect(live).toEqual([...begun.slice(1).toReversed(), sessionOf(demo)]);
  const [account] = await rows('SELECT last_login_at FROM yey_users.account WHERE id = ?', [accountId]);
  expect(account?.last_login_at).toEqual(users.now());
});

test('a device is named and its address moves with a refresh, and stands encrypted in the row', async () => {
  const accountId = await users.newAccount();
  const { refreshToken } = await users.begin(accountId, {
    ip: '203.0.113.77',
    deviceId: 'device-a1b2',
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
  });
  users.pass(60);
  await onTerminal({ ip: '198.51.100.7' }, () => users.sessions.refresh(refreshToken));
  const [session] = await users.sessionEndings.list(accountId);
  expect(session).toMatchObject({
    deviceName: 'Chrome · Windows …a1b2',
    ip: '198.51.100.7',
    lastSeenAt: users.now(),
  });
  const [row] = await rows('SELECT * FROM yey_users.session WHERE account_id = ?', [accountId]);
  expect(String(row?.ip)).toMatch(/^v1\./);
  expect(JSON.stringify(row)).not.toMatch(/203\.0\.113|198\.51\.100|device-a1b2/);
});

test('an access token does not outlive its session', async () => {
  const accountId = await users.newAccount();
  const { refreshToken } = await users.begin(accountId);
  users.pass(30 * 24 * 3600 - 60);
  const last = await users.sessions.refresh(refreshToken);
  expect(last.accessTokenExpiresAt.getTime() - users.now().getTime()).toBe(60_000);
});

test('the purge keeps every token of a session that lives, and takes what has ended', async () => {
  const accountId = await users.newAccount();
  const living = await users.begin(accountId);
  const over = await users.begin(accountId);
  const actor = {
    kind: 'account',
    accountId,
    sessionId: sessionOf(over.accessToken),
    grants: [],
  } as const;
  const second = await users.sessions.refresh(living.refreshToken);
  await users.sessionEndings.logOut(actor);
  users.pass(25 * 3600);
  await users.sessionPurge.run();
  const left = () =>
    rows(
      `SELECT session_id FROM yey_users.refresh_token WHERE session_id IN
         (SELECT id FROM yey_users.session WHERE account_id = ?)`,
      [accountId],
    );
  const id = sessionOf(living.accessToken);
  expect(await left()).toEqual([{ session_id: id }, { session_id: id }]);
  // The old token still gives its thief away.
  await expect(users.sessions.refresh(living.refreshToken)).rejects.toMatchObject({ code: 'SESSION_ENDED' });
  await expect(users.sessions.refresh(second.refreshToken)).rejects.toMatchObject({ code: 'SESSION_ENDED' });
  users.pass(31 * 24 * 3600);
  await users.sessionPurge.run();
  expect(await left()).toEqual([]);
  expect(await reasonsOf(accountId)).toEqual([]);
});
