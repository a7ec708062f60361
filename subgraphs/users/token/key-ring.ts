import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { AppError } from '../../../shared/errors/app-error.ts';

/** A key that signs access tokens, for some time; times are ms since 1970. */
export interface RingKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly jwk: JsonWebKey;
  readonly signsFrom: number;
  /** When it is forgotten; Infinity for the newest. */
  readonly publishedUntil: number;
}

export type KeyRing = readonly RingKey[];

export type KeyRole = 'NEXT' | 'SIGNING' | 'PREVIOUS' | 'OVER';

const MIN_BITS = 2048;
const BLOCK = /([^]*?)(-----BEGIN (?:RSA )?PRIVATE KEY-----[^]*?-----END (?:RSA )?PRIVATE KEY-----)/g;

/** @param pem private RSA key */
export function ringKey(pem: string, signsFrom = 0, publishedUntil = Infinity): RingKey {
  const key = createPrivateKey(pem);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < MIN_BITS) throw invalid(`needs RSA keys of ${MIN_BITS} bits`);
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url').slice(0, 16);
  return { kid, key, jwk, signsFrom, publishedUntil };
}

/**
 * The keys of a PEM file, newest first. RFC 7468 (section 2) lets text stand before each: here it tells from when the
 * key signs and until when it is published, and a file of one bare key is a ring of one.
 * @throws AppError CONFIG_INVALID
 */
export function parseKeyRing(text: string): KeyRing {
  const keys = Array.from(text.matchAll(BLOCK), ([, before = '', pem = '']) =>
    readKey(pem, timeIn(before, 'Signs-From') ?? 0, timeIn(before, 'Published-Until') ?? Infinity),
  );
  if (keys.length === 0) throw invalid('holds no private key in PEM');
  return newestFirst(keys);
}

export function formatKeyRing(ring: KeyRing): string {
  const blocks = newestFirst(ring).map(({ kid, key, signsFrom, publishedUntil }) => {
    const until =
      publishedUntil === Infinity ? '' : `Published-Until: ${new Date(publishedUntil).toISOString()}\n`;
    const from = `Signs-From: ${new Date(signsFrom).toISOString()}\n`;
    return `Key: ${kid}\n${from}${until}${String(key.export({ type: 'pkcs8', format: 'pem' }))}`;
  });
  return blocks.join('\n');
}

/** What a key is for at a time; of those that may sign the newest does. */
export function roleOf(ring: KeyRing, key: RingKey, nowMs: number): KeyRole {
  if (key.publishedUntil <= nowMs) return 'OVER';
  if (key.signsFrom > nowMs) return 'NEXT';
  return key.kid === signingKey(ring, nowMs).kid ? 'SIGNING' : 'PREVIOUS';
}

/** @throws AppError CONFIG_INVALID when none may sign */
export function signingKey(ring: KeyRing, nowMs: number): RingKey {
  const able = published(ring, nowMs).filter((each) => each.signsFrom <= nowMs);
  const [newest] = newestFirst(able);
  if (newest === undefined) throw invalid('holds no key that signs now');
  return newest;
}

/** The keys whose tokens are believed, and the one that comes next. */
export function published(ring: KeyRing, nowMs: number): KeyRing {
  return ring.filter((each) => each.publishedUntil > nowMs);
}

/**
 * Adds a key that is published from now on and signs after a while; those before it stay published until every token
 * that they signed has expired.
 * @param leadMs until it signs @param keepMs the longest life of a token
 * @throws AppError SIGNING_KEY_PENDING
 */
export function rotated(
  ring: KeyRing,
  added: RingKey,
  { nowMs, leadMs, keepMs }: { nowMs: number; leadMs: number; keepMs: number },
): KeyRing {
  const known = published(ring, nowMs);
  const next = known.find((each) => each.signsFrom > nowMs);
  if (next) throw new AppError('SIGNING_KEY_PENDING', { from: new Date(next.signsFrom).toISOString() });
  const signsFrom = nowMs + leadMs;
  const older = known.map((each) => ({
    ...each,
    publishedUntil: Math.min(each.publishedUntil, signsFrom + keepMs),
  }));
  return newestFirst([{ ...added, signsFrom, publishedUntil: Infinity }, ...older]);
}

/**
 * Takes a key away at once. When it was the one that signs, the next one does from now on, or the one added.
 * @throws AppError NOT_FOUND
 */
export function revoked(ring: KeyRing, kid: string, added: RingKey, nowMs: number): KeyRing {
  const gone = ring.find((each) => each.kid === kid);
  if (gone === undefined) throw new AppError('NOT_FOUND', { what: 'SigningKey' });
  const isSigning = roleOf(ring, gone, nowMs) === 'SIGNING';
  const left = newestFirst(published(ring, nowMs).filter((each) => each !== gone));
  const [newest] = left;
  const successor = !isSigning || newest?.publishedUntil === Infinity ? (newest ?? added) : added;
  const signsFrom = isSigning ? nowMs : successor.signsFrom;
  const others = left.filter((each) => each !== successor);
  return newestFirst([{ ...successor, signsFrom, publishedUntil: Infinity }, ...others]);
}

function readKey(pem: string, signsFrom: number, publishedUntil: number): RingKey {
  try {
    return ringKey(pem, signsFrom, publishedUntil);
  } catch (error) {
    // What OpenSSL says of a broken key is of no use to anybody, and never to be logged.
    throw error instanceof AppError ? error : invalid('holds a key that cannot be read');
  }
}

function timeIn(text: string, name: string): number | undefined {
  const given = new RegExp(`^${name}: (\\S+)\\s*$`, 'm').exec(text)?.[1];
  if (given === undefined) return undefined;
  const time = Date.parse(given);
  if (Number.isNaN(time)) throw invalid(`${name} is no time`);
  return time;
}

function newestFirst(keys: readonly RingKey[]): RingKey[] {
  return keys.toSorted((a, b) => b.signsFrom - a.signsFrom);
}

function invalid(problem: string): AppError {
  return new AppError('CONFIG_INVALID', { problems: `JWT_PRIVATE_KEY_FILE: ${problem}` });
}
