import type { FastifyInstance } from 'fastify';
import type { TokenSigner } from './token-signer.ts';

/** What a cache on the way may keep, seconds: far less than a new key is published before it signs. */
const MAX_AGE_S = 30;

/** Publishes the keys that verify access tokens, at `/jwks.json`. */
export function serveKeySet(app: FastifyInstance, signer: TokenSigner): void {
  app.get('/jwks.json', (_request, reply) =>
    reply
      .header('cache-control', `public, max-age=${MAX_AGE_S}`)
      .type('application/jwk-set+json')
      .send(signer.keySet()),
  );
}
