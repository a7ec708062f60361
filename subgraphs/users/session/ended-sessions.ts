import type { FastifyInstance } from 'fastify';
import { inRequest } from '../../../shared/context/request-context.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { httpStatusOf } from '../../../shared/errors/http-status.ts';
import { ENDED_SESSIONS_PATH } from '../../../shared/auth/ended-sessions.ts';
import type { Admit } from '../../../shared/subgraph/admission.ts';
import type { SessionEndingService } from './session-ending.service.ts';

/** `GET /ended-sessions?since=<ms since 1970>` for routers, which close the sockets of those who are told. */
export function addEndedSessions(
  app: FastifyInstance,
  admit: Admit,
  endings: Pick<SessionEndingService, 'endedSince'>,
): void {
  app.get<{ Querystring: { since?: string } }>(ENDED_SESSIONS_PATH, async (request, reply) => {
    try {
      const { call } = await admit(request);
      const since = Number(request.query.since ?? Number.NaN);
      if (!Number.isSafeInteger(since)) throw new AppError('BAD_REQUEST');
      return { ended: await inRequest(call.info, () => endings.endedSince(new Date(since))) };
    } catch (error) {
      const app = error instanceof AppError ? error : new AppError('INTERNAL', {}, { cause: error });
      return reply.code(httpStatusOf(app.code)).send({ code: app.code });
    }
  });
}
