import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scrypt } from 'node:crypto';

/** 32 MB and some 80 ms a try (OWASP's least for scrypt is 2^17; the platform's key stands behind it). */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** A private key that opens only with the doctor's PIN and the platform's key together. */
export interface SealedKey {
  /** 32 hexadecimal digits. */
  readonly salt: string;
  /** Base64url: initialisation vector, ciphertext, tag. */
  readonly box: string;
}

/** @param privateKey PKCS8, DER @param platformKey 32 bytes in hexadecimal @param keyId bound to the result */
export async function seal(
  privateKey: Buffer,
  pin: string,
  platformKey: string,
  keyId: string,
): Promise<SealedKey> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const key = await keyFrom(pin, salt, platformKey, keyId);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(keyId));
  const box = Buffer.concat([iv, cipher.update(privateKey), cipher.final(), cipher.getAuthTag()]);
  return { salt: salt.toString('hex'), box: box.toString('base64url') };
}

/** The private key, PKCS8, DER; undefined for a wrong PIN. */
export async function unseal(
  { salt, box }: SealedKey,
  pin: string,
  platformKey: string,
  keyId: string,
): Promise<Buffer | undefined> {
  const bytes = Buffer.from(box, 'base64url');
  const key = await keyFrom(pin, Buffer.from(salt, 'hex'), platformKey, keyId);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
    .setAAD(Buffer.from(keyId))
    .setAuthTag(bytes.subarray(-16));
  const opened = decipher.update(bytes.subarray(12, -16));
  try {
    return Buffer.concat([opened, decipher.final()]);
  } catch {
    return undefined;
  }
}

async function keyFrom(pin: string, salt: Buffer, platformKey: string, keyId: string): Promise<Buffer> {
  const stretched = await new Promise<Buffer>((resolve, reject) => {
    scrypt(pin, salt, 32, COST, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
  const info = `signing-key:${keyId}`;
  return Buffer.from(hkdfSync('sha256', stretched, Buffer.from(platformKey, 'hex'), info, 32));
}
