import type { Actor } from '../../../shared/context/actor.ts';

/** A doctor's signature over the SHA-256 of a document. */
export interface SignatureOf {
  readonly algorithm: string;
  readonly keyId: string;
  /** Base64. */
  readonly value: string;
}

/**
 * Signs documents in a doctor's name (电子签名法 articles 13 and 14: the key is the signer's own and under the signer's
 * sole control, and a later change of the document is found out). A certificate authority's cloud signature is another
 * one of these; so it is called before a transaction, never within.
 */
export interface DocumentSigner {
  /**
   * @param hash SHA-256 of the document, 64 hexadecimal digits; its 32 bytes are what is signed.
   * @throws AppError SIGNING_KEY_MISSING, SIGNING_PIN_WRONG, SIGNING_PIN_LOCKED, UNAVAILABLE
   */
  sign(actor: Actor, pin: string, hash: string): Promise<SignatureOf>;
  /** Whether the signature is of this hash and of a key that is known here. */
  verify(signature: SignatureOf, hash: string): Promise<boolean>;
}
