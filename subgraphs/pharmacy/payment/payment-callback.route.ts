import type { FastifyInstance } from 'fastify';
import { inRequest, type RequestInfo } from '../../../shared/context/request-context.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { identifyHttp, type Trust } from '../../../shared/subgraph/request.ts';
import type { PaymentCallbackService } from './payment-callback.service.ts';

const PATH = '/callbacks/payments';
const STATUS = { DONE: 200, FORGED: 401, UNKNOWN: 404 } as const;

/**
 * Where the router hands on the provider's callbacks. Two signatures must be right: the router's, as for every call, and
 * the provider's. Anything but 200 makes the provider try again.
 */
export function addPaymentCallbackRoute(
  app: FastifyInstance,
  trust: Trust,
  callbacks: PaymentCallbackService,
): void {
  app.post(PATH, { bodyLimit: 16 * 1024 }, async (request, reply) => {
    const body = typeof request.body === 'string' ? request.body : '';
    const { headers } = request;
    let info: RequestInfo;
    try {
      ({ info } = identifyHttp(trust, { method: 'POST', path: PATH, body, headers }));
    } catch {
      return reply.code(401).send({ status: 'UNTRUSTED' });
    }
    try {
      const result = await inRequest({ ...info, actorId: 'service:payment-provider' }, () =>
        callbacks.handle({ path: PATH, body, headers }),
      );
      return await reply.code(STATUS[result]).send({ status: result });
    } catch (error) {
      logger().warn({ err: error }, 'a payment callback could not be handled');
      return reply.code(503).send({ status: 'UNAVAILABLE' });
    }
  });
}
