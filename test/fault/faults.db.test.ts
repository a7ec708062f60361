import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data } from '../testkit/client.ts';
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

/** What care tells an operator. */
async function readinessOfCare() {
  const response = await fetch(`http://127.0.0.1:${state().ports.care}/readyz`);
  const { warnings } = (await response.json()) as { warnings: Record<string, string> };
  return { status: response.status, warning: warnings.replicas };
}

test('with a replica that stands still everybody reads what is written, and readiness tells until it is back', async () => {
  await until(async () => (await readinessOfCare()).warning === undefined, 30_000);
  await onReplica('STOP');
  const body = `late ${randomUUID()}`;
  try {
    expect((await send(body)).errors).toEqual([]);
    const sentAt = performance.now();
    expect(await messagesFor(patient)).toContain(body);
    // The bound is five seconds; a replica that stands still is left out within two.
    await until(async () => (await messagesFor(doctor)).includes(body), 5000);
    // The position of the write is forgotten after seven seconds.
    while (performance.now() - sentAt < 12_000) expect(await messagesFor(patient)).toContain(body);
    expect(await messagesFor(doctor)).toContain(body);
    expect(await readinessOfCare()).toMatchObject({
      status: 200,
      warning: expect.stringContaining('STOPPED'),
    });
  } finally {
    await onReplica('START');
  }
  await until(async () => (await readinessOfCare()).warning === undefined, 30_000);
}, 90_000);

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
    // Readiness is remembered for a second, and may be that of before.
    let bodies: string[] = [];
    await until(async () => (bodies = await messagesFor(patient)).length > 0, 25_000);
    expect(bodies.filter((each) => each === body)).toHaveLength(1);
  },
  60_000,
);
