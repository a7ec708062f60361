import type { FastifyInstance } from 'fastify';
import { BoundPool } from '../shared/http/bound-pool.ts';
import { logger } from '../shared/logging/logger.ts';
import type { SubgraphTarget } from './config.ts';
import { routerContext, signedHeaders } from './request.ts';

const PATH = '/callbacks/payments';
const BODY_LIMIT = 16 * 1024;
const DEADLINE_MS = 10_000;
/** What proves that the provider speaks; whoever handles the callback checks it. */
const PROOF = ['x-pay-timestamp', 'x-pay-signature'];

/**
 * Hands the callbacks of the payment provider on to pharmacy as they came, byte for byte: the provider's signature
 * covers them. The provider gets pharmacy's status, and 503 where pharmacy does not answer, so that it tries again.
 */
export async function addCallbacks(app: FastifyInstance, pharmacy: SubgraphTarget): Promise<void> {
  const pool = new BoundPool(new URL(pharmacy.url).origin, { connections: 16 });
  app.addHook('onClose', () => pool.close());
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.post(PATH, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const body = typeof request.body === 'string' ? request.body : '';
      const proof = PROOF.map((name) => [name, String(request.headers[name] ?? '')]);
      // Whoever calls back is nobody's account, whatever the call says.
      const context = routerContext({ requestId: String(reply.getHeader('x-request-id') ?? '') });
      try {
        const call = { method: 'POST', path: PATH, body } as const;
        const answer = await pool.request(
          { method: call.method, path: PATH, signal: AbortSignal.timeout(DEADLINE_MS) },
          (instance) => ({
            headers: {
              ...Object.fromEntries(proof),
              ...signedHeaders(pharmacy.secret, instance, call, context),
            },
            body,
          }),
        );
        return await reply
          .code(answer.statusCode)
          .type('application/json')
          .send(await answer.body.text());
      } catch (error) {
        logger().warn({ err: error }, 'a payment callback could not be handed on');
        return reply.code(503).send({ status: 'unavailable' });
      }
    });
  });
}
