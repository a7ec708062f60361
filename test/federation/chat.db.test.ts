import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { ask, data, subscribe, tokenOf } from '../testkit/client.ts';
import { environmentOf, startRouter } from '../testkit/platform.ts';

const consultationId = stableId('con', 'demo-consultation-02');
const SEND = `mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { id seq body sender } }`;
const FOLLOW = `subscription ($id: ID!, $after: Int!) {
  chatMessageAdded(consultationId: $id, afterSeq: $after) {
    seq body sender consultation { status doctor { name hospital { name } } }
  }
}`;

interface Sent {
  readonly seq: number;
  readonly body: string;
  readonly id: string;
}

async function send(body: string, token: string, key: string = randomUUID()): Promise<Sent> {
  const sent = await data(SEND, { input: { consultationId, body, idempotencyKey: key } }, { token });
  return sent.sendChatMessage as Sent;
}

describe('consultation chat over two routers', () => {
  let second: Awaited<ReturnType<typeof startRouter>>;
  beforeAll(async () => {
    second = await startRouter(inject('platformDir'));
  });
  afterAll(() => second.stop());

  test('an event spans care and users, on both routers at once', async () => {
    const patient = tokenOf('张伟');
    const first = await send('头有点疼', patient);
    const readers = [
      subscribe(FOLLOW, { id: consultationId, after: first.seq }, { token: patient }),
      subscribe(
        FOLLOW,
        { id: consultationId, after: first.seq },
        { token: tokenOf('刘雅琴'), url: second.url },
      ),
    ];
    try {
      const waiting = readers.map((reader) => reader.next());
      const sent = await send('多久了？', tokenOf('刘雅琴'));
      for (const event of await Promise.all(waiting)) {
        expect(event).toEqual({
          data: {
            chatMessageAdded: {
              seq: sent.seq,
              body: '多久了？',
              sender: 'DOCTOR',
              consultation: {
                status: 'OPEN',
                doctor: { name: '刘雅琴', hospital: { name: '北京协和医院(东单院区)' } },
              },
            },
          },
        });
      }
    } finally {
      await Promise.all(readers.map((reader) => reader.close()));
    }
  });

  test('who comes back with a cursor gets all that was missed, in order and without gap', async () => {
    const patient = tokenOf('张伟');
    const start = await send('begin', patient);
    await Promise.all(Array.from({ length: 30 }, (_, index) => send(`m${index}`, patient)));
    const reader = subscribe(
      FOLLOW,
      { id: consultationId, after: start.seq },
      { token: patient, url: second.url },
    );
    try {
      for (let seq = start.seq + 1; seq <= start.seq + 30; seq += 1) {
        expect(await reader.next()).toMatchObject({ data: { chatMessageAdded: { seq } } });
      }
    } finally {
      await reader.close();
    }
  });

  test('a retry answers with the message that is there; the same key for another text is refused', async () => {
    const token = tokenOf('张伟');
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('once', token, key)));
    expect(new Set(answers.map((each) => each.id)).size).toBe(1);
    const other = await ask(
      SEND,
      { input: { consultationId, body: 'twice', idempotencyKey: key } },
      { token },
    );
    expect(other.errors[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('an event tells what is true now, not what was true when the subscription began', async () => {
    const token = tokenOf('张伟');
    const env = environmentOf(inject('platformDir'));
    const { port } = new URL(env.DATABASE_URL ?? '');
    const login = { user: 'yey_admin', password: env.ADMIN_DB_PASSWORD, database: 'yey_care' };
    const admin = await createConnection({ host: '127.0.0.1', port: Number(port), ...login });
    const { seq } = await send('before', token);
    const query = FOLLOW.replace('status doctor', 'openedAt status doctor');
    const reader = subscribe(query, { id: consultationId, after: seq }, { token });
    const openedAt = async (body: string) => {
      const next = reader.next();
      await send(body, token);
      return ((await next) as { data: { chatMessageAdded: { consultation: { openedAt: string } } } }).data
        .chatMessageAdded.consultation.openedAt;
    };
    try {
      const first = await openedAt('one');
      await admin.query('UPDATE consultation SET opened_at = opened_at + INTERVAL 1 DAY WHERE id = ?', [
        consultationId,
      ]);
      expect(Date.parse(await openedAt('two')) - Date.parse(first)).toBe(24 * 3_600_000);
    } finally {
      await admin.end();
      await reader.close();
    }
  });

  test('a stranger learns nothing: not by query, not by mutation, not by subscription', async () => {
    const token = tokenOf('李晓梅');
    const query = await ask(
      `query ($id: ID!) { consultation(id: $id) { id } }`,
      { id: consultationId },
      { token },
    );
    expect(query.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const sent = await ask(SEND, { input: { consultationId, body: 'x', idempotencyKey: 'k' } }, { token });
    expect(sent.errors[0]?.extensions.code).toBe('NOT_FOUND');
    const reader = subscribe(FOLLOW, { id: consultationId, after: 0 }, { token });
    expect(await reader.next()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    await reader.close();
    const anonymous = subscribe(FOLLOW, { id: consultationId, after: 0 });
    expect(await anonymous.next()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    await anonymous.close();
  });
});
