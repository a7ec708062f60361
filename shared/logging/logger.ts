import { pino, type Logger } from 'pino';
import { currentRequest } from '../context/request-context.ts';
import { safeError } from './safe-error.ts';

let root: Logger | undefined;

/** The process's structured logger; every line carries the request id, trace and actor of the request it is in. */
export function logger(): Logger {
  root ??= pino({
    level: process.env.LOG_LEVEL ?? 'info',
    base: { service: process.env.YEY_SERVICE ?? 'yuneyang' },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => safeError(error) },
    mixin: () => {
      const request = currentRequest();
      return request
        ? { requestId: request.requestId, traceparent: request.traceparent, actor: request.actorId }
        : {};
    },
  });
  return root;
}
