import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Authenticator } from '../../../shared/auth/authenticator.ts';
import { TokenSigner } from '../../../subgraphs/users/token/token-signer.ts';
import { environmentOf } from '../../testkit/platform.ts';
import { measure } from '../measure.ts';

/** As many as are verified before the process that verifies is taken for a new one. */
const TOKENS = 4000;
/** How often a client shows one token: a quarter of an hour of a visit has more requests than this. */
const USES = 10;

/** Verification of access tokens, against the bare RSA operation of node:crypto over the same bytes each time. */
export async function benchVerify(dir: string): Promise<void> {
  const env = environmentOf(dir);
  const pem = readFileSync(env.JWT_PRIVATE_KEY_FILE ?? '', 'utf8');
  const signer = new TokenSigner(pem);
  const key = createPublicKey(pem);
  const tokens = Array.from({ length: TOKENS }, (_, index) =>
    signer.sign(`acc_${index}`, `ses_${index}`, 3600),
  );
  const jwks = new URL('/jwks.json', env.USERS_URL).href;
  const sides = (uses: number) => {
    let shown = 0;
    let authenticator = new Authenticator(jwks);
    const tokenAt = (count: number) => tokens[Math.floor(count / uses) % TOKENS] ?? '';
    return {
      atOnce: 1,
      ours: async () => {
        // One that has just begun knows no token: each is verified from scratch once in a life of it.
        if (shown > 0 && shown % (TOKENS * uses) === 0) authenticator = new Authenticator(jwks);
        return authenticator.verify(`Bearer ${tokenAt(shown++)}`);
      },
      against: 'RSA-SHA256 by node:crypto',
      baseline: async (turn: number) => {
        const [header, payload, signature = ''] = tokenAt(turn).split('.');
        const signed = Buffer.from(`${header}.${payload}`);
        if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) throw new Error('refused');
      },
    };
  };
  await measure({ name: 'verify-unknown', ...sides(1) });
  await measure({ name: 'verify', goal: 0.8, ...sides(USES) });
}
