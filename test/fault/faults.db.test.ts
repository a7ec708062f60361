import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data } from '../testkit/client.ts';
import { logInAnew, newPhone } from '../testkit/login.ts';
import { demoAccounts, type Platform, startPlatform, until } from '../testkit/platform.ts';

const consultationId = stableId('con', 'demo-consultation-01');
const SEND = `mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq body } }`;
const READ = `query ($id: ID!) { consultation(id: $id) { messages(first: 100) { seq body } doctor { name } } }`;

let platform: Platform;
let patient: string;
let doctor: string;

beforeAll(async () => {
  platform = await startPlatform();
  const tokenOf = (name: string) =>
    demoAccounts(platform.dir).find((each) => each.name === name)?.token ?? '';
  patient = tokenOf('李晓梅');
  doctor = tokenOf('王建国');
});
afterAll(() => platform.stop());

interface State {
  readonly ports: Record<string, number>;
  readonly processes: Record<string, { pid: number }>;
}
const read = (file: string): unknown => JSON.parse(readFileSync(`${platform.dir}/${file}`, 'utf8'));
const state = () => read('state.json') as State;

const send = (body: string, key: string = randomUUID()) =>
  ask(SEND, { input: { consultationId, body, idempotencyKey: key } }, { url: platform.url, token: patient });

async function messagesFor(token: string): Promise<string[]> {
  const answer = await data(READ, { id: consultationId }, { url: platform.url, token });
  return (answer.consultation as { messages: { body: string }[] }).messages.map((each) => each.body);
}

async function onReplica(verb: 'START' | 'STOP'): Promise<void> {
  const { ADMIN_DB_PASSWORD: password } = read('secrets.json') as Record<string, string>;
  const replica = await createConnection({
    host: '127.0.0.1',
    port: state().ports.replica,
    user: 'yey_admin',
    password,
  });
  const isMariaDb = readFileSync(`${platform.dir}/replica/ready`, 'utf8').startsWith('mariadb');
  await replica.query(`${verb} ${isMariaDb ? 'SLAVE' : 'REPLICA'} SQL_THREAD`);
  await replica.end();
}

test('with a replica that lags, the author reads the own write, and others still read from the replica', async () => {
  await onReplica('STOP');
  const body = `late ${randomUUID()}`;
  try {
    expect((await send(body)).errors).toEqual([]);
    expect(await messagesFor(patient)).toContain(body);
    expect(await messagesFor(doctor)).not.toContain(body);
    const { accessToken, accountId } = await logInAnew(newPhone(), platform);
    const me = await data('{ me { id } }', {}, { url: platform.url, token: accessToken });
    expect(me).toEqual({ me: { id: accountId } });
  } finally {
    await onReplica('START');
  }
  await until(async () => (await messagesFor(doctor)).includes(body));
});

test.each(['primary', 'replica', 'redis', 'users', 'care', 'router'])(
  'after kill -9 of %s everything comes back by itself, and no acknowledged message is lost',
  async (name) => {
    const before = state().processes[name]?.pid;
    expect(before).toBeGreaterThan(0);
    process.kill(Number(before), 'SIGKILL');
    const codes = new Set<string>();
    const key = randomUUID();
    const body = `during ${name} ${key}`;
    await until(async () => {
      const answer = await send(body, key);
      for (const { extensions } of answer.errors) codes.add(extensions.code);
      return answer.errors.length === 0;
    }, 25_000);
    const clear = ['UNAVAILABLE', 'SUBGRAPH_UNAVAILABLE', 'CONFLICT_RETRY', 'DEADLINE_EXCEEDED'];
    expect([...codes].filter((code) => !clear.includes(code))).toEqual([]);
    await until(async () => (await fetch(`${platform.url}/readyz`)).ok, 25_000);
    await until(() => (state().processes[name]?.pid ?? before) !== before, 25_000);
    const bodies = await messagesFor(patient);
    expect(bodies.filter((each) => each === body)).toHaveLength(1);
  },
  60_000,
);
