import { createConnection } from 'mysql2/promise';
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Audit } from '../../shared/audit/audit.ts';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import type { Db } from '../../shared/db/db.ts';
import { openDatabase } from '../../shared/db/open.ts';
import { auditPlaceOf } from '../../shared/foundation/foundation.ts';
import { createRedis } from '../../shared/redis/clients.ts';
import { Wake } from '../../shared/redis/wake.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { LoginCodeService } from '../../subgraphs/users/login/login-code.service.ts';
import { LoginService } from '../../subgraphs/users/login/login.service.ts';
import { RegistrationService } from '../../subgraphs/users/login/registration.service.ts';
import type { SessionService } from '../../subgraphs/users/session/session.service.ts';
import { wireSessions } from '../../subgraphs/users/session/session.wiring.ts';
import { TokenSigner } from '../../subgraphs/users/token/token-signer.ts';
import { benchEnvironment } from '../testkit/platform.ts';

const sent: { phone: string; code: string }[] = [];
let isProviderDown = false;
let now = new Date('2026-03-01T00:00:00.000Z');
let db: Db;
let codes: LoginCodeService;
let logins: LoginService;
let sessions: SessionService;
let close: () => Promise<void>;

beforeAll(async () => {
  const config = loadUsersConfig(benchEnvironment(inject('platformDir')));
  const redis = createRedis(config.redisStateUrl, 'request');
  ({ db } = await openDatabase(config, database, redis));
  const index = new BlindIndex(config.blindIndexKey, 'phone');
  const sender = {
    sendLoginCode: async (phone: string, code: string) => {
      if (isProviderDown) throw new Error('down');
      sent.push({ phone, code });
    },
  };
  codes = new LoginCodeService(db, index, sender, () => now);
  const signer = TokenSigner.fromFile(config.jwtPrivateKeyFile);
  const audit = new Audit(db, auditPlaceOf(config), new Wake(redis, redis), () => now);
  const cipher = new FieldCipher(config.fieldKeys);
  ({ sessions } = wireSessions({ config, db, cipher, audit, cache: redis, now: () => now }, signer));
  const phones = { index, cipher };
  logins = new LoginService(db, codes, sessions, new RegistrationService(phones, audit, () => now));
  close = async () => {
    await db.close();
    redis.disconnect();
  };
});
afterAll(() => close());

const newPhone = () => `+86137${String(randomInt(100_000_000)).padStart(8, '0')}`;
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
const lastCode = (phone: string) => sent.findLast((each) => each.phone === phone)?.code ?? '';

test('a code lives five minutes', async () => {
  const phone = newPhone();
  await codes.send(phone);
  pass(299);
  await expect(logins.logIn(phone, lastCode(phone))).resolves.toMatchObject({
    accountId: expect.stringMatching(/^acc_/) as string,
  });
  pass(3600);
  await codes.send(phone);
  pass(300);
  await expect(logins.logIn(phone, lastCode(phone))).rejects.toMatchObject({ code: 'LOGIN_CODE_WRONG' });
});

test('a number gets one code a minute, five an hour, ten a day', async () => {
  const phone = newPhone();
  const refused = { code: 'SMS_TOO_OFTEN' };
  for (let hour = 0; hour < 2; hour += 1) {
    for (let message = 0; message < 5; message += 1) {
      await codes.send(phone);
      pass(59);
      await expect(codes.send(phone)).rejects.toMatchObject({ ...refused, params: { seconds: 1 } });
      pass(1);
    }
    if (hour === 0)
      await expect(codes.send(phone)).rejects.toMatchObject({ ...refused, params: { seconds: 3300 } });
    pass(3600);
  }
  await expect(codes.send(phone)).rejects.toMatchObject(refused);
  pass(24 * 3600);
  await codes.send(phone);
});

test('a message that the provider did not take neither counts nor makes anybody wait', async () => {
  const phone = newPhone();
  isProviderDown = true;
  for (let attempt = 0; attempt < 7; attempt += 1) {
    await expect(codes.send(phone)).rejects.toMatchObject({ code: 'SMS_FAILED' });
  }
  isProviderDown = false;
  await codes.send(phone);
});

test('twenty refreshes of one token at once: one next token, and the session lives; later all are refused', async () => {
  const phone = newPhone();
  await codes.send(phone);
  const { refreshToken } = await logins.logIn(phone, lastCode(phone));
  const all = () =>
    Promise.allSettled(
      Array.from({ length: 20 }, async () => (await sessions.refresh(refreshToken)).refreshToken),
    );
  const next = await all();
  expect(next.every((each) => each.status === 'fulfilled')).toBe(true);
  const [token, ...others] = new Set(next.map((each) => (each.status === 'fulfilled' ? each.value : '')));
  expect(others).toEqual([]);
  await sessions.refresh(token ?? '');
  const late = await all();
  expect(late.every((each) => each.status === 'rejected')).toBe(true);
  await expect(sessions.refresh(token ?? '')).rejects.toMatchObject({ code: 'SESSION_ENDED' });
});

test('a session ends after thirty days', async () => {
  const phone = newPhone();
  await codes.send(phone);
  const { refreshToken } = await logins.logIn(phone, lastCode(phone));
  pass(30 * 24 * 3600);
  await expect(sessions.refresh(refreshToken)).rejects.toMatchObject({ code: 'SESSION_ENDED' });
});

test('no phone number and no code stands in the database in clear', async () => {
  const phone = newPhone();
  await codes.send(phone);
  await logins.logIn(phone, lastCode(phone));
  const env = benchEnvironment(inject('platformDir'));
  const { port } = new URL(env.DATABASE_URL ?? '');
  const admin = await createConnection({
    host: '127.0.0.1',
    port: Number(port),
    user: 'yey_admin',
    password: env.ADMIN_DB_PASSWORD,
    database: 'yey_users',
  });
  try {
    for (const table of ['account', 'identity', 'login_code', 'session', 'refresh_token']) {
      const [rows] = await admin.query(`SELECT * FROM ${table}`);
      const text = JSON.stringify(rows);
      expect(text).not.toContain(phone.slice(3));
      expect(text).not.toContain('13800000001');
    }
  } finally {
    await admin.end();
  }
});
