import { WebSocket } from 'ws';
import { inject, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, subscribe, tokenOf } from '../testkit/client.ts';
import { type Login, codeFor, logInAnew, newPhone } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { auditOf } from '../testkit/rows.ts';
import { sessionOf } from '../testkit/users-services.ts';

const LIST =
  '{ mySessions { id terminal deviceName ip isCurrent secondFactor lastSeenAt endedAt: revokedAt } }';
const REVOKE =
  'mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { id endReason isCurrent } }';
const LOG_IN =
  'mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accessToken refreshToken accountId } }';
const ME = '{ me { id } }';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1';

/** Somebody on a phone, and somebody else. */
async function twoPeople(): Promise<[Login, Login]> {
  const phone = newPhone();
  const headers = {
    'x-forwarded-for': '203.0.113.77',
    'user-agent': IPHONE,
    'x-terminal': 'IOS',
    'x-device-id': 'phone-0001',
  };
  const first = await data(LOG_IN, { input: { phone, code: await codeFor(phone) } }, { headers });
  return [first.logInBySms as Login, await logInAnew()];
}

const codeOf = async (query: string, variables: object, token: string) =>
  (await ask(query, variables, { token })).errors[0]?.extensions.code;

test('a login is listed with its device and a masked place, to its owner alone', async () => {
  const [mine, other] = await twoPeople();
  const id = sessionOf(mine.accessToken);
  const listed = await data(LIST, {}, { token: mine.accessToken });
  expect(listed.mySessions).toEqual([
    {
      id,
      terminal: 'IOS',
      deviceName: 'Safari · iPhone …0001',
      ip: '203.0.*.*',
      isCurrent: true,
      secondFactor: 'NOT_NEEDED',
      lastSeenAt: expect.any(String) as string,
      endedAt: null,
    },
  ]);
  const SESSIONS = 'query ($id: ID!) { accountSessions(accountId: $id) { id ip isCurrent } }';
  const of = { id: mine.accountId };
  for (const token of [mine.accessToken, tokenOf('王建国'), tokenOf('何分析')]) {
    expect(await codeOf(SESSIONS, of, token)).toBe('FORBIDDEN');
  }
  await until(async () => {
    const seen = await data(SESSIONS, of, { token: tokenOf('郑管理') });
    expect(seen.accountSessions).toEqual([{ id, ip: '203.0.*.*', isCurrent: false }]);
    return true;
  });
  // Somebody else's looks exactly like one that does not exist.
  for (const sessionId of [id, stableId('ses', 'nobody')]) {
    expect(await codeOf(REVOKE, { input: { sessionId } }, other.accessToken)).toBe('NOT_FOUND');
  }
  expect(await codeOf(REVOKE, { input: { sessionId: 'x' } }, other.accessToken)).toBe('BAD_ID');
  expect(await codeOf(ME, {}, mine.accessToken)).toBeUndefined();
});

test('an administrator ends logins of others, which the audit tells', async () => {
  const { accessToken, refreshToken, accountId } = await logInAnew();
  const sessionId = sessionOf(accessToken);
  const input = { input: { accountId } };
  const ALL = 'mutation ($input: RevokeAccountSessionsInput!) { revokeAccountSessions(input: $input) }';
  expect(await codeOf(ALL, input, accessToken)).toBe('FORBIDDEN');
  const admin = tokenOf('郑管理');
  expect(await data(REVOKE, { input: { sessionId } }, { token: admin })).toEqual({
    revokeSession: { id: sessionId, endReason: 'REVOKED_BY_ADMIN', isCurrent: false },
  });
  await until(async () => (await codeOf(ME, {}, accessToken)) === 'SESSION_ENDED', 2000);
  const REFRESH = 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }';
  expect(await codeOf(REFRESH, { input: { refreshToken } }, admin)).toBe('SESSION_ENDED');
  expect(await data(ALL, input, { token: admin })).toEqual({ revokeAccountSessions: 0 });
  expect(await auditOf(sessionId)).toEqual([
    { actor: accountId, action: 'session.begin' },
    { actor: stableId('acc', 'demo-admin-01'), action: 'session.end' },
  ]);
});

test('a socket on which nothing happens ends within two seconds of its session', async () => {
  const { accessToken: token } = await logInAnew('+8613800000012');
  const reader = subscribe(
    'subscription ($id: ID!) { chatMessageAdded(consultationId: $id, afterSeq: 1000000) { seq } }',
    { id: stableId('con', 'demo-consultation-03') },
    { token },
  );
  const raw = new WebSocket(`${inject('platformUrl').replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = new Promise<{ code: number; reason: string; at: number }>((resolve) =>
    raw.on('close', (code, reason) => resolve({ code, reason: reason.toString(), at: Date.now() })),
  );
  raw.on('open', () =>
    raw.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
  );
  await new Promise((resolve) => raw.once('message', resolve));
  const last = reader.next();
  await data('mutation { logOut }', {}, { token });
  const endedAt = Date.now();
  expect(await last).toMatchObject({ errors: [{ extensions: { code: 'SESSION_ENDED' } }] });
  const { code, reason, at } = await closed;
  expect({ code, reason }).toEqual({ code: 4403, reason: 'SESSION_ENDED' });
  expect(at - endedAt).toBeLessThan(2000);
  await reader.close();
});

test('who leaves everywhere leaves here too; who leaves elsewhere stays', async () => {
  const { accessToken: token } = await logInAnew();
  expect(await data('mutation { revokeOtherSessions }', {}, { token })).toEqual({ revokeOtherSessions: 0 });
  expect(await codeOf(ME, {}, token)).toBeUndefined();
  expect(await data('mutation { revokeAllSessions }', {}, { token })).toEqual({ revokeAllSessions: 1 });
  await until(async () => (await codeOf(ME, {}, token)) === 'SESSION_ENDED', 2000);
});
