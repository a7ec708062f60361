import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.ts';

/**
 * Ends requests whose body does not come in full within their time; Node knows one time for all requests of a server.
 * @param limitOf how long the body of a request may take, ms
 */
export function limitBodyTime(app: FastifyInstance, limitOf: (request: FastifyRequest) => number): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const timer = setTimeout(() => {
      if (request.raw.complete || reply.sent) return;
      void reply.header('connection', 'close').send(new AppError('REQUEST_TIMEOUT'));
    }, limitOf(request));
    timer.unref();
    payload.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    done(null, payload);
  });
}
