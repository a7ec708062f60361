import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Actor } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { DEMO_TOKEN_S } from '../seed/demo-accounts.ts';
import { ACCESS_S } from '../session/token-pair.ts';
import {
  type KeyRing,
  parseKeyRing,
  revoked,
  type RingKey,
  ringKey,
  roleOf,
  rotated,
  signingKey,
} from './key-ring.ts';
import { changeKeyRing } from './key-ring-file.ts';

const OPERATOR: Actor = { kind: 'service', name: 'rotate-signing-key' };
/** Longer than anybody goes without asking for the keys. */
const LEAD_S = 120;
/** The clocks of two machines are not the same. */
const LEEWAY_S = 60;
const USAGE = 'give [--lead SECONDS], or --revoke KID|current, or --list';

/**
 * Publishes a new signing key that signs after a while, or takes one away at once; processes of users follow the file.
 * @param args `[--lead SECONDS]`, `--revoke KID|current` or `--list` @returns a line for each key
 * @throws AppError SIGNING_KEY_PENDING, NOT_FOUND, CONFLICT_RETRY, CONFIG_INVALID
 */
export async function rotateSigningKey(
  { config, db, audit, now }: Pick<Foundation, 'config' | 'db' | 'audit' | 'now'>,
  args: readonly string[],
): Promise<string[]> {
  const { lead, revoke, list } = argumentsOf(args);
  const file = config.jwtPrivateKeyFile;
  const nowMs = now().getTime();
  if (list) return lines(parseKeyRing(await readFile(file, 'utf8')), nowMs);
  const keepMs = ((config.mode === 'development' ? DEMO_TOKEN_S : ACCESS_S) + LEEWAY_S) * 1000;
  const added = newKey();
  let subjectId = added.kid;
  const change = (ring: KeyRing): KeyRing => {
    if (revoke === undefined) return rotated(ring, added, { nowMs, leadMs: lead * 1000, keepMs });
    subjectId = revoke === 'current' ? signingKey(ring, nowMs).kid : revoke;
    return revoked(ring, subjectId, added, nowMs);
  };
  const ring = await changeKeyRing(file, change, () =>
    db.transaction((tx) =>
      audit.record(tx, {
        actor: OPERATOR,
        action: revoke === undefined ? 'signing-key.rotate' : 'signing-key.revoke',
        subjectType: 'SigningKey',
        subjectId,
      }),
    ),
  );
  return lines(ring, nowMs);
}

function argumentsOf(args: readonly string[]): { lead: number; revoke: string | undefined; list: boolean } {
  try {
    const options = {
      lead: { type: 'string' },
      revoke: { type: 'string' },
      list: { type: 'boolean' },
    } as const;
    const { lead = String(LEAD_S), revoke, list = false } = parseArgs({ args: [...args], options }).values;
    if (!/^[0-9]{1,5}$/.test(lead)) throw new Error('--lead');
    return { lead: Number(lead), revoke, list };
  } catch (error) {
    throw new AppError('CONFIG_INVALID', { problems: USAGE }, { cause: error });
  }
}

function newKey(): RingKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return ringKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
}

function lines(ring: KeyRing, nowMs: number): string[] {
  return ring.map((each) => {
    const from = new Date(each.signsFrom).toISOString();
    const until =
      each.publishedUntil === Infinity ? '' : ` until ${new Date(each.publishedUntil).toISOString()}`;
    return `${each.kid} ${roleOf(ring, each, nowMs)} signs from ${from}, published${until}`;
  });
}
