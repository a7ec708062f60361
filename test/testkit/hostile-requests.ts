import * as fc from 'fast-check';
import { BODIES, HEADERS, MESSAGES, METHODS, TARGETS } from './hostile-words.ts';

/** What is done to a connection once something was sent over it. */
type Ending = 'reset' | 'reset-soon' | 'reset-at-answer' | 'end' | 'wait';

/** One connection of somebody who means harm, or whose machine is broken. */
export interface HostileConnection {
  /** Sent one after the other, as packets of their own. */
  readonly parts: readonly Buffer[];
  readonly ending: Ending;
}

const CRLF = '\r\n';
const anyOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const often = (text: string, others: readonly string[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(text) }, { weight: 2, arbitrary: anyOf(others) });

const request = fc
  .record({
    method: anyOf(METHODS),
    target: anyOf(TARGETS),
    version: often('HTTP/1.1', ['HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.1 ', 'RTSP/1.0', '']),
    headers: fc.subarray(HEADERS, { maxLength: 5 }),
    body: anyOf(BODIES),
  })
  .map(({ method, target, version, headers, body }) =>
    Buffer.from(
      [`${method} ${target} ${version}`, 'Host: router', ...headers, '', body].join(CRLF),
      'latin1',
    ),
  );

const upgrade = fc
  .record({
    target: often('/graphql', TARGETS),
    version: often('13', ['8', '99', '', '-1']),
    key: often('dGhlIHNhbXBsZSBub25jZQ==', ['', 'short', 'x'.repeat(200)]),
    protocol: often('graphql-transport-ws', ['graphql-ws', 'a, a', ',', '', '"']),
    extensions: often('', ['permessage-deflate; x=', 'permessage-deflate', ';;', 'a'.repeat(500)]),
    origin: often('', ['https://evil.example', 'null', '//', 'http://[']),
  })
  .map(({ target, version, key, protocol, extensions, origin }) =>
    Buffer.from(
      [
        `GET ${target} HTTP/1.1`,
        'Host: router',
        'Connection: Upgrade',
        'Upgrade: websocket',
        `Sec-WebSocket-Version: ${version}`,
        `Sec-WebSocket-Key: ${key}`,
        `Sec-WebSocket-Protocol: ${protocol}`,
        ...(extensions === '' ? [] : [`Sec-WebSocket-Extensions: ${extensions}`]),
        ...(origin === '' ? [] : [`Origin: ${origin}`]),
        '',
        '',
      ].join(CRLF),
      'latin1',
    ),
  );

/** One frame, masked with zeros; `first` has the flags and the opcode. */
const frame = fc
  .record({
    first: fc.oneof(
      anyOf([0x81, 0x81, 0x81, 0x89, 0x8a, 0x88, 0x01, 0x80]),
      fc.integer({ min: 0, max: 255 }),
    ),
    isMasked: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    payload: fc.oneof(
      anyOf(MESSAGES).map((text) => Buffer.from(text)),
      bytes(125),
    ),
    claimed: fc.option(anyOf([126, 127]), { freq: 6 }),
  })
  .map(({ first, isMasked, payload, claimed }) => {
    const length = claimed ?? Math.min(payload.length, 125);
    const mask = isMasked ? Buffer.alloc(4) : Buffer.alloc(0);
    return Buffer.concat([
      Buffer.from([first, (isMasked ? 128 : 0) + length]),
      mask,
      payload.subarray(0, 125),
    ]);
  });

const opening = fc.oneof(
  { weight: 4, arbitrary: request.map((each) => [each]) },
  {
    weight: 4,
    arbitrary: fc.tuple(upgrade, fc.array(frame, { maxLength: 6 })).map(([up, frames]) => [up, ...frames]),
  },
  {
    weight: 1,
    arbitrary: fc.array(request, { minLength: 2, maxLength: 8 }).map((each) => [Buffer.concat(each)]),
  },
  { weight: 1, arbitrary: bytes(400).map((each) => [each]) },
);

function bytes(maxLength: number): fc.Arbitrary<Buffer> {
  return fc.uint8Array({ maxLength }).map((each) => Buffer.from(each));
}

const connection: fc.Arbitrary<HostileConnection> = fc
  .record({
    parts: opening,
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 3 }),
    ending: anyOf<Ending>(['reset', 'reset', 'reset-soon', 'reset-at-answer', 'end', 'wait']),
  })
  .map(({ parts, cut, ending }) => {
    const last = parts.at(-1);
    if (cut === null || last === undefined) return { parts, ending };
    return { parts: [...parts.slice(0, -1), last.subarray(0, Math.floor(last.length * cut))], ending };
  });

/** So many generated connections; the same seed gives the same ones. */
export function hostileConnections(count: number, seed: number): HostileConnection[] {
  return fc.sample(connection, { numRuns: count, seed });
}
