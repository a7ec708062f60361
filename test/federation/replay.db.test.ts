import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import { stableId } from '../../shared/ids/ids.ts';
import { unknownClient, encodeClient } from '../../shared/context/client-info.ts';
import { signServiceToken } from '../../shared/service/service-token.ts';
import { SERVICE_TOKEN_HEADER } from '../../shared/service/service-client.ts';
import { newNonce } from '../../shared/signing/call-guard.ts';
import { signCall } from '../../shared/signing/signing.ts';
import { tokenOf } from '../testkit/client.ts';
import { type OwnProcess, startSubgraph } from '../testkit/platform.ts';
import { instanceAt, placeOf, type SignedCall, signedRequest } from '../testkit/router-call.ts';
import { serviceKeysOfPlatform } from '../testkit/service-call.ts';

const ME = JSON.stringify({ query: '{ me { id } }', variables: {} });

interface Outcome {
  readonly status: number;
  readonly text: string;
}

async function send(request: Request): Promise<Outcome> {
  const answer = await fetch(request);
  return { status: answer.status, text: await answer.text() };
}

let second: OwnProcess;
beforeAll(async () => {
  second = await startSubgraph(inject('platformDir'), 'users');
}, 60_000);
afterAll(() => second.stop());

const graphql = (more: Partial<SignedCall> = {}): Promise<Request> =>
  signedRequest({ ...placeOf('users'), token: tokenOf('李晓梅'), body: ME, ...more });

describe('a recorded call of the router', () => {
  test('is not executed a second time', async () => {
    const call = await graphql();
    const again = [call.clone(), call.clone(), call.clone()];
    expect(await send(call)).toMatchObject({ status: 200 });
    for (const each of again) {
      const { status, text } = await send(each);
      expect({ status, code: /"code":"(\w+)"/.exec(text)?.[1] }).toEqual({
        status: 401,
        code: 'CALL_REPLAYED',
      });
    }
  });

  test('is executed once by whichever of twenty comes first', async () => {
    const call = await graphql();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => send(call.clone())));
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('is of no use at another process of the same subgraph, which tells its own name', async () => {
    const call = await graphql();
    const elsewhere = new Request(`${second.url}/graphql`, call.clone());
    const answer = await fetch(elsewhere);
    expect(answer.status).toBe(421);
    expect(await answer.text()).toContain('MISDIRECTED_CALL');
    expect(answer.headers.get('x-yey-instance')).toBe(await instanceAt(second.url));
    expect(await send(call)).toMatchObject({ status: 200 });
  });

  test('that names nobody is refused, however right its signature', async () => {
    const { status, text } = await send(await graphql({ target: '' }));
    expect(status).toBe(401);
    expect(text).toContain('UNTRUSTED_CALLER');
  });

  test.each([
    ['a file', 'care', `/files/${stableId('att', 'none')}`, 'GET'],
    ['the sessions that ended', 'users', '/ended-sessions?since=1', 'GET'],
    ['a callback of the payment provider', 'pharmacy', '/callbacks/payments', 'POST'],
  ] as const)('cannot be replayed either when it asks for %s', async (_what, subgraph, path, method) => {
    const place = placeOf(subgraph);
    const call = await signedRequest({ ...place, url: new URL(path, place.url).href, method, body: '' });
    const again = call.clone();
    const first = await send(call);
    // Whatever it says of the call, it has let it in.
    expect(first.text).not.toMatch(/UNTRUSTED|CALL_REPLAYED/);
    const { status, text } = await send(again);
    expect(status).toBe(401);
    expect(text).toMatch(/CALL_REPLAYED|UNTRUSTED/);
  });

  test('cannot be replayed either when it subscribes', async () => {
    const { url, secret } = placeOf('care');
    const query = 'subscription { queueTicketChanged(ticketId: "qtk_01ARZ3NDEKTSV4RRFFQ69G5FAV") { id } }';
    const fields = {
      authorization: `Bearer ${tokenOf('李晓梅')}`,
      requestId: 'subscribe-once-more',
      traceparent: '',
      locale: 'en',
      client: encodeClient(unknownClient),
      timestamp: Date.now(),
      target: await instanceAt(url),
      nonce: newNonce(),
    };
    const parts = { method: 'SUBSCRIBE', path: '/graphql', body: `${query}{}`, ...fields };
    const payload = {
      query,
      variables: {},
      extensions: { yey: { ...fields, signature: signCall(secret, parts) } },
    };
    expect(await answerTo(url, payload)).toContain('NOT_FOUND');
    expect(await answerTo(url, payload)).toContain('CALL_REPLAYED');
  });
});

describe('a recorded call between subgraphs', () => {
  const keys = serviceKeysOfPlatform;
  const authority = (rotation = 'x') =>
    JSON.stringify({ query: `{ sessionAuthority(sessionId: "ses_1") { grants { role } } } # ${rotation}` });
  const request = (url: string, token: string, body: string) =>
    send(
      new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SERVICE_TOKEN_HEADER]: token },
        body,
      }),
    );

  test('is good for its own body alone, once, at its own process', async () => {
    const { url } = placeOf('users');
    const body = authority();
    const instance = await instanceAt(url);
    const token = signServiceToken(keys(), 'care', 'users', undefined, { instance, body });
    expect((await request(`${second.url}/graphql`, token, body)).status).toBe(421);
    expect((await request(url, token, authority('y'))).status).toBe(401);
    expect((await request(url, token, body)).status).toBe(200);
    const again = await request(url, token, body);
    expect([again.status, again.text.includes('CALL_REPLAYED')]).toEqual([401, true]);
  });

  test('a subgraph cannot speak for another one', async () => {
    const own = Object.fromEntries(
      Object.entries(keys()).filter(([pair]) => pair.split(':').includes('care')),
    );
    const { url } = placeOf('users');
    const body = authority();
    const call = { instance: await instanceAt(url), body };
    const stolen = { 'pharmacy:users': own['care:users'] ?? '' };
    const forged = signServiceToken(stolen, 'pharmacy', 'users', undefined, call);
    expect((await request(url, forged, body)).status).toBe(401);
    expect(() => signServiceToken(own, 'pharmacy', 'users', undefined, call)).toThrow('UNTRUSTED_CALLER');
  });
});

/** What a subgraph answers to one subscribe on a socket of its own. */
async function answerTo(url: string, payload: object): Promise<string> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString('utf8')) as { type: string };
        if (message.type === 'connection_ack')
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
        else resolve(JSON.stringify(message));
      });
    });
  } finally {
    socket.close();
  }
}
