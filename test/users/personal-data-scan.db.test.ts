import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { createRedis } from '../../shared/redis/clients.ts';
import { ask, data } from '../testkit/client.ts';
import { codeFor, logInAnew, newPhone } from '../testkit/login.ts';
import { environmentOf, until } from '../testkit/platform.ts';
import { put } from '../testkit/files.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { asAdministrator, replicaCaughtUp } from '../testkit/rows.ts';
import { pdf } from '../testkit/sample-files.ts';
import { ALLERGEN, REACTION, someoneKnown } from './privacy-bench.ts';

/** The inbox stands for the phones themselves, which are no part of the platform. */
const OUTSIDE = ['sandbox.log', 'sandbox.json'];

/** The forms in which bytes may stand in a file: as they are, in hexadecimal, in base64 at each of its three offsets. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // Characters that carry bits of neighbours are left out.
    return text.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const url = base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([value, hex, hex.toUpperCase(), encodeURIComponent(value), ...base64, ...url])];
}

/** The files below a folder in which one of the values stands, in any form. */
function filesWith(dir: string, values: readonly string[]): string[] {
  const patterns = `${dir}/../${randomBytes(6).toString('hex')}.patterns`;
  writeFileSync(patterns, values.flatMap(formsOf).join('\n'));
  const excluded = OUTSIDE.map((each) => `--exclude=${each}`);
  const { stdout, stderr, status } = spawnSync('grep', ['-rlaF', ...excluded, '-f', patterns, dir], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  spawnSync('rm', [patterns]);
  // Servers take files away while they are looked through; what is gone says nothing any more.
  const troubles = stderr.split('\n').filter((line) => line !== '' && !line.includes('No such file'));
  if (troubles.length > 0 || status === null || status > 2) throw new Error(troubles.join('\n'));
  return stdout.split('\n').filter(Boolean);
}

/** Writes what the servers still have in memory to their files. */
async function flushed(): Promise<void> {
  await asAdministrator(async (admin) => {
    await admin.query('SET GLOBAL innodb_max_dirty_pages_pct = 0');
    await until(async () => {
      const [found] = await admin.query("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'");
      return Number((found as { Value: string }[])[0]?.Value) < 20;
    }, 15_000).catch(() => undefined);
    await admin.query('FLUSH LOGS');
    await admin.query('SET GLOBAL innodb_max_dirty_pages_pct = 90');
  });
  await replicaCaughtUp();
}

/** Says something in a consultation and adds a file to it. @returns what was said, and what the file says */
async function consulted(token: string, accountId: string): Promise<string[]> {
  const [said, written] = ['疼痛', '活检'].map((word) => `${word}${randomBytes(4).toString('hex')}结果`);
  const consultationId = newId('con');
  await asAdministrator((admin) =>
    admin.query(
      `INSERT INTO yey_care.consultation (id, doctor_id, doctor_account_id, patient_account_id, status, opened_at)
       VALUES (?, ?, ?, ?, 'OPEN', NOW(3))`,
      [consultationId, ...['doc', 'acc'].map((type) => stableId(type, 'demo-doctor-03')), accountId],
    ),
  );
  const SEND = 'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { id } }';
  const message = { consultationId, body: `今天${said}`, idempotencyKey: randomUUID() };
  await data(SEND, { input: message }, { token });
  // A message that is refused is told nowhere either.
  await ask(SEND, { input: { ...message, body: `${said}不同` } }, { token });
  const content = Buffer.concat([pdf, Buffer.from(`% ${written}\n`)]);
  const REQUEST = 'mutation ($input: RequestUploadInput!) { requestUpload(input: $input) { uploadUrl } }';
  const file = { consultationId, fileName: 'a.pdf', contentType: 'application/pdf', size: content.length };
  const input = { ...file, idempotencyKey: randomUUID() };
  const { requestUpload } = await data(REQUEST, { input }, { token });
  expect((await put((requestUpload as { uploadUrl: string }).uploadUrl, content, token)).status).toBe(204);
  return [said ?? '', written ?? ''];
}

test('nothing of a person stands in clear in logs, errors, files of the database, Redis or files', async () => {
  const dir = inject('platformDir');
  const phone = newPhone();
  const name = `慕容${randomBytes(1).toString('hex')}雪`;
  const { accessToken: token, accountId } = await logInAnew(phone);
  const { id, number } = await someoneKnown(token, name, phone);
  await data(
    'mutation ($input: RequestMyExportInput!) { requestMyExport(input: $input) { id } }',
    { input: { idempotencyKey: randomUUID() } },
    { token },
  );
  const spoken = await consulted(token, accountId);
  const values = [name, phone.slice(3), number, ALLERGEN, REACTION, ...spoken];

  // Whatever goes wrong with them says nothing of them, to whomever it is told.
  const ADD = 'mutation ($input: AddPatientInput!) { addPatient(input: $input) { id } }';
  const input = { name, relation: 'SELF', identityNumber: number, phone, idempotencyKey: randomUUID() };
  const LOGIN = 'mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) { accessToken } }';
  await codeFor(newPhone());
  const attempts = [
    ask(ADD, { input }, { token }),
    ask(
      ADD,
      { input: { ...input, identityNumber: `${number.slice(0, -1)}${number.endsWith('0') ? '1' : '0'}` } },
      { token },
    ),
    ask(ADD, { input: { ...input, identityNumber: `${number}9`, phone: `${phone}1` } }, { token }),
    ask(ADD, { input: { ...input, sex: 'FEMALE', idempotencyKey: randomUUID() } }, { token }),
    ask(ADD, { input: { ...input, name: name.repeat(30) } }, { token }),
    ask(ADD, { input: { ...input, relation: name, birthDate: number } }, { token }),
    ask(LOGIN, { input: { phone, code: '000000' } }),
    ask(LOGIN, { input: { phone: `${phone}0`, code: '000000' } }),
    ask('query ($id: ID!) { patient(id: $id) { name phone identityNumber } }', { id }),
    ask('query ($id: ID!) { patient(id: $id) { name } }', { id: 'pat_0' }, { token }),
    ask(
      'mutation ($input: RecordAllergyInput!) { recordAllergy(input: $input) { version } }',
      {
        input: {
          patientId: id,
          substance: '过敏',
          name,
          severity: 'MILD',
          reaction: REACTION,
          idempotencyKey: 'k',
        },
      },
      { token },
    ),
  ];
  for (const [at, answer] of (await Promise.all(attempts)).entries()) {
    expect(answer.errors, `attempt ${at}`).not.toEqual([]);
    const text = JSON.stringify(answer.errors);
    for (const value of values) expect(text).not.toContain(value);
  }

  // What is written in clear must be found, or nothing that is said below means anything.
  const canary = `canary-${randomBytes(12).toString('hex')}`;
  const redis = createRedis(environmentOf(dir).REDIS_STATE_URL ?? '', 'request');
  try {
    await redis.set(canary, canary, 'EX', 60);
    await asAdministrator(async (admin) => {
      await admin.query('CREATE DATABASE IF NOT EXISTS yey_canary');
      await admin.query('CREATE TABLE IF NOT EXISTS yey_canary.word (word VARCHAR(64) NOT NULL)');
      await admin.query('INSERT INTO yey_canary.word VALUES (?)', [canary]);
    });
    await flushed();
    const placesOfCanary = () => filesWith(dir, [canary]).join('\n');
    await until(() => /\/redis\//.test(placesOfCanary()) && /primary\/.*ibd/.test(placesOfCanary()), 20_000);
    expect(placesOfCanary()).toMatch(/binlog/);
  } finally {
    await asAdministrator((admin) => admin.query('DROP DATABASE IF EXISTS yey_canary'));
    redis.disconnect();
  }
  expect(filesWith(dir, values)).toEqual([]);
}, 180_000);
