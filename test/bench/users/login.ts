import { createCipheriv, createHash, createHmac, hkdfSync, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PoolConnection, RowDataPacket } from 'mysql2/promise';
import { unknownClient } from '../../../shared/context/client-info.ts';
import { inRequest } from '../../../shared/context/request-context.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { identityProtection } from '../../../subgraphs/users/login/party-login.wiring.ts';
import { LoginCodeService } from '../../../subgraphs/users/login/login-code.service.ts';
import { LoginService } from '../../../subgraphs/users/login/login.service.ts';
import { RegistrationService } from '../../../subgraphs/users/login/registration.service.ts';
import { wireSessions } from '../../../subgraphs/users/session/session.wiring.ts';
import { noSmsSender } from '../../../subgraphs/users/sms/none.ts';
import { TokenSigner } from '../../../subgraphs/users/token/token-signer.ts';
import { measure } from '../measure.ts';
import { type BenchUsers, openBenchUsers } from './bench-users.ts';

/** More than both sides need: each account logs in once, as on a day on which everybody comes back. */
const ACCOUNTS = 40_000;
const CHUNK = 1000;
const CODE = '123456';
const CLIENT = { ...unknownClient, ip: '203.0.113.7', terminal: 'IOS' } as const;
const AUDIT = `INSERT INTO audit_entry (id, at, actor, action, subject_type, subject_id, request_id, detail)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const phoneOf = (n: number) => `+86177${String(n).padStart(8, '0')}`;

/** Logging in by a code, against the same statements by hand with the bare operations of node:crypto. */
export async function benchLogin(dir: string): Promise<void> {
  const users = await openBenchUsers(dir);
  try {
    const byHand = handOf(users);
    await prepare(users, byHand.hmac);
    const logins = loginsOf(users);
    let ours = 0;
    let theirs = ACCOUNTS;
    const next = (n: number) => {
      if (ours > theirs) throw new Error(`more than ${ACCOUNTS} accounts are needed`);
      return phoneOf(n);
    };
    await measure({
      name: 'login',
      goal: 0.5,
      atOnce: 8,
      ours: () => {
        const phone = next(ours++);
        const info = { requestId: 'bench', traceparent: '', locale: 'zh-CN', needsLatest: true };
        return inRequest({ ...info, actorId: 'anonymous', client: CLIENT }, () => logins.logIn(phone, CODE));
      },
      against: 'its statements by hand, HMAC, AES and RSA by node:crypto',
      baseline: () => byHand.logIn(next(--theirs)),
    });
  } finally {
    await users.close();
  }
}

function loginsOf({ foundation, env }: BenchUsers): LoginService {
  const { db, audit, now } = foundation;
  const protection = identityProtection(foundation);
  const codes = new LoginCodeService(db, protection.index, noSmsSender, now);
  const { sessions } = wireSessions(foundation, TokenSigner.fromFile(env.JWT_PRIVATE_KEY_FILE ?? ''));
  return new LoginService(db, codes, sessions, new RegistrationService(protection, audit, now));
}

/** Accounts that have asked for a code. */
async function prepare({ pool }: BenchUsers, hmac: (text: string) => string): Promise<void> {
  const now = new Date();
  for (let begin = 0; begin < ACCOUNTS; begin += CHUNK) {
    const rows = Array.from({ length: CHUNK }, (_, index) => {
      const phoneIndex = hmac(phoneOf(begin + index));
      return { id: newId('acc'), phoneIndex, codeHash: hmac(`${phoneIndex}:${CODE}`) };
    });
    await pool.query('INSERT INTO account (id, display_name, created_at) VALUES ?', [
      rows.map(({ id }) => [id, '用户', now]),
    ]);
    await pool.query(
      'INSERT INTO identity (id, account_id, kind, subject_index, subject, created_at) VALUES ?',
      [rows.map(({ id, phoneIndex }) => [newId('idt'), id, 'SMS', phoneIndex, '', now])],
    );
    await pool.query('INSERT INTO login_code (phone_index, code_hash, sent_at) VALUES ?', [
      rows.map(({ phoneIndex, codeHash }) => [phoneIndex, codeHash, now]),
    ]);
  }
}

function handOf({ foundation: { config }, pool, env }: BenchUsers) {
  const key = Buffer.from(
    hkdfSync('sha256', Buffer.from(config.blindIndexKey.current, 'hex'), '', 'phone', 32),
  );
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  const pem = readFileSync(env.JWT_PRIVATE_KEY_FILE ?? '', 'utf8');
  const audit = AUDIT.replace('audit_entry', `\`${config.database.auditSchema}\`.audit_entry`);
  const session = async (connection: PoolConnection, phone: string) => {
    const phoneIndex = hmac(phone);
    const one = async (sql: string, values: unknown[]) =>
      (await connection.query<RowDataPacket[]>(sql, values))[0][0];
    const now = new Date();
    const code = await one('SELECT * FROM login_code WHERE phone_index = ? FOR UPDATE', [phoneIndex]);
    if (code?.code_hash !== hmac(`${phoneIndex}:${CODE}`)) throw new Error('refused');
    await connection.query('UPDATE login_code SET wrong_tries = 0, code_hash = NULL WHERE phone_index = ?', [
      phoneIndex,
    ]);
    const identity = await one("SELECT * FROM identity WHERE kind = 'SMS' AND subject_index = ?", [
      phoneIndex,
    ]);
    const accountId = String(identity?.account_id);
    await one('SELECT * FROM account WHERE id = ? FOR UPDATE', [accountId]);
    await one(
      `SELECT * FROM session WHERE account_id = ? AND revoked_at IS NULL AND expires_at > ?
       AND terminal IN ('IOS', 'ANDROID') AND is_demo = 0 ORDER BY created_at, id FOR UPDATE`,
      [accountId, now],
    );
    const id = newId('ses');
    const until = new Date(now.getTime() + 30 * 24 * 3_600_000);
    await connection.query(
      `INSERT INTO session (id, account_id, terminal, device_name, ip, created_at, last_seen_at, expires_at)
       VALUES (?, ?, 'IOS', '', ?, ?, ?, ?)`,
      [id, accountId, sealed(CLIENT.ip, key), now, now, until],
    );
    const refreshToken = randomBytes(32).toString('hex');
    const tokenHash = createHash('sha256').update(refreshToken).digest('hex');
    await connection.query(
      'INSERT INTO refresh_token (token_hash, session_id, created_at) VALUES (?, ?, ?)',
      [tokenHash, id, now],
    );
    await connection.query('UPDATE account SET last_login_at = ? WHERE id = ?', [now, accountId]);
    const entry = [newId('aud'), now, accountId, 'session.begin', 'Session', id, 'bench', '{}'];
    await connection.query(audit, entry);
    return { accountId, id };
  };
  return {
    hmac,
    logIn: async (phone: string) => {
      const connection = await pool.getConnection();
      try {
        await connection.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
        await connection.query('START TRANSACTION');
        const begun = await session(connection, phone);
        await connection.query('COMMIT');
        return sign('sha256', Buffer.from(JSON.stringify(begun)), pem);
      } finally {
        connection.release();
      }
    },
  };
}

function sealed(text: string, key: Buffer): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}
