import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** How long the result of a call is kept, seconds: longer than anybody retries. */
const KEEP_S = 600;

/**
 * A Lua script that changes state and is safe to run again. When a connection breaks, ioredis sends a script once
 * more whose answer was lost; so each call has an identifier under which its result is kept in the same slot, and the
 * second run answers with that instead of changing anything.
 */
export class SafeScript {
  readonly #text: string;
  readonly #sha: string;

  /**
   * @param body Lua that returns a number or a text; `KEYS` and `ARGV` are those of the call.
   */
  constructor(body: string) {
    this.#text = `
      local kept = table.remove(KEYS)
      local known = redis.call('GET', kept)
      if known then return known end
      local result = tostring((function() ${body} end)())
      redis.call('SET', kept, result, 'EX', ${KEEP_S})
      return result`;
    this.#sha = createHash('sha1').update(this.#text).digest('hex');
  }

  /**
   * @param callId the same for every retry of this call. @param keys with one hash tag, at least one.
   * @throws Error when Redis does not answer; whether it ran is then not known, and a retry with the same id is safe
   */
  async run(
    redis: Redis,
    callId: string,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<string> {
    const all = [...keys, `${keys[0] ?? ''}:once:${callId}`];
    try {
      return String(await redis.evalsha(this.#sha, all.length, ...all, ...args));
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return String(await redis.eval(this.#text, all.length, ...all, ...args));
    }
  }
}
