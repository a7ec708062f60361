import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';

/** Where a value stands. It is bound to the ciphertext, so that a value moved to another row is found out. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly rowId: string;
}

const hexKey = z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in hexadecimal');
const ring = z
  .object({ active: z.string().regex(/^\w{1,16}$/), keys: z.record(z.string(), hexKey) })
  .refine(({ active, keys }) => active in keys, 'the active key is not among the keys');

/** A key ring as configuration gives it: `{"active":"k1","keys":{"k1":"<64 hex digits>"}}`. */
export const keyRing = z.string().transform((text, context) => {
  try {
    const parsed = ring.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Said below, without a word of what stands in it.
  }
  context.addIssue('must be {"active": id, "keys": {id: 64 hexadecimal digits}}');
  return z.NEVER;
});

export type KeyRing = z.infer<typeof ring>;

/** What every encrypted value begins with. */
export const FORMAT = 'v1.';

/** Encrypts single columns: AES-256-GCM (NIST SP 800-38D), written `v1.<key id>.<iv>.<ciphertext and tag>`. */
export class FieldCipher {
  readonly #ring: KeyRing;

  constructor(keys: KeyRing) {
    this.#ring = keys;
  }

  /** The id of the key that values are encrypted with now. */
  get activeKey(): string {
    return this.#ring.active;
  }

  /** Whether the key that a value was encrypted with is the active one. */
  isCurrent(text: string): boolean {
    return text.startsWith(`${FORMAT}${this.#ring.active}.`);
  }

  /** Whether the key that a value was encrypted with is among the keys. */
  hasKeyOf(text: string): boolean {
    return Object.hasOwn(this.#ring.keys, text.split('.')[1] ?? '');
  }

  encrypt(plain: string, place: Place): string {
    const kid = this.#ring.active;
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key(kid), iv).setAAD(aad(place));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${kid}.${iv.toString('base64url')}.${body.toString('base64url')}`;
  }

  /** @throws AppError DECRYPT_FAILED for a value that was changed, moved, or made by a key that is gone */
  decrypt(text: string, place: Place): string {
    const [version, kid = '', iv = '', body = ''] = text.split('.');
    try {
      if (version !== 'v1') throw new Error('unknown version');
      const bytes = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', this.#key(kid), Buffer.from(iv, 'base64url'), {
        authTagLength: 16,
      })
        .setAAD(aad(place))
        .setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new AppError('DECRYPT_FAILED', {}, { cause: error });
    }
  }

  #key(kid: string): Buffer {
    const key = this.#ring.keys[kid];
    if (key === undefined) throw new Error('unknown key');
    return Buffer.from(key, 'hex');
  }
}

function aad({ table, column, rowId }: Place): Buffer {
  return Buffer.from(`${table}/${column}/${rowId}`);
}
