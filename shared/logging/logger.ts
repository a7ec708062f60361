import { pino, type Logger, type LoggerOptions } from 'pino';
import { currentRequest } from '../context/request-context.ts';
import { safeError } from './safe-error.ts';

let root: Logger | undefined;

/** The process's structured logger; every line carries the request id, trace and actor of the request it is in. */
export function logger(): Logger {
  if (root !== undefined) return root;
  const destination = pino.destination({ dest: 1, sync: true });
  // A full disk behind the output takes lines of the log away, and nothing else.
  destination.on('error', () => undefined);
  const options: LoggerOptions = {
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
  };
  return (root = pino(options, destination));
}
