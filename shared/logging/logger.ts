import { pino, type Logger } from 'pino';
import { currentRequest } from '../context/request-context.ts';

let root: Logger | undefined;

/** The process's structured logger; every line carries the request id, trace and actor of the request it is in. */
export function logger(): Logger {
  root ??= pino({
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service: process.env.YEY_SERVICE ?? 'yuneyang' },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => {
      const request = currentRequest();
      return request
        ? { requestId: request.requestId, traceparent: request.traceparent, actor: request.actorId }
        : {};
    },
  });
  return root;
}
