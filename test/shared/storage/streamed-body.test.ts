import { array, assert, asyncProperty, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { TAIL_BYTES, withoutTail, withTail } from '../../../shared/signing/streamed-body.ts';

const SECRET = 'ab'.repeat(32);
const CALL = '12'.repeat(32);

async function sent(chunks: Uint8Array[]): Promise<Buffer> {
  async function* body() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const parts: Buffer[] = [];
  for await (const chunk of withTail(SECRET, CALL, body())) parts.push(chunk);
  return Buffer.concat(parts);
}

test('a body arrives as it was sent, however it was cut', async () => {
  await assert(
    asyncProperty(array(uint8Array({ maxLength: 50 }), { maxLength: 5 }), async (chunks) => {
      const whole = await sent(chunks);
      expect(whole.length).toBe(chunks.reduce((sum, each) => sum + each.length, TAIL_BYTES));
      expect(withoutTail(SECRET, CALL, whole)).toEqual(Buffer.concat(chunks));
    }),
  );
});

test('a body that was changed, cut, or belongs to another call is refused', async () => {
  const whole = await sent([Buffer.from('the picture')]);
  const changed = Buffer.from(whole);
  changed[0] = 0x54;
  const attempts: [string, string, Buffer][] = [
    [SECRET, CALL, changed],
    [SECRET, CALL, whole.subarray(0, -1)],
    [SECRET, CALL, whole.subarray(1)],
    [SECRET, CALL, whole.subarray(0, 5)],
    [SECRET, CALL, Buffer.alloc(0)],
    [SECRET, '34'.repeat(32), whole],
    ['cd'.repeat(32), CALL, whole],
  ];
  for (const [secret, call, bytes] of attempts) {
    expect(() => withoutTail(secret, call, bytes)).toThrow('UNTRUSTED_CALLER');
  }
});
