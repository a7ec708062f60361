import type { Server } from 'node:http';
import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { inRequest, type RequestInfo } from '../context/request-context.ts';
import { AppError } from '../errors/app-error.ts';
import { formatGraphqlError } from '../errors/format.ts';
import { type GraphqlSocket, GraphqlSockets } from '../http/graphql-sockets.ts';
import { refuseConnection } from '../http/refusal.ts';
import { EventWindow, reportOf, windowOf } from '../live/event-window.ts';
import { stoppable } from '../live/stoppable.ts';
import { inTurn, inTurnOf } from '../live/turns.ts';
import { type CallIdentity, identifySubscribe, type Trust } from './request.ts';

interface SubscriptionParts<C extends object> {
  readonly schema: GraphQLSchema;
  readonly trust: Trust;
  readonly contextFor: (call: CallIdentity) => Promise<C>;
}

const PATH = '/graphql';
/**
 * Routers alone have business here: a few of them, on the network between the processes. One of their sockets carries
 * the events of thousands of people, so it may lag further behind than that of a person.
 */
const LIMITS = {
  messageBytes: 1024 * 1024,
  firstBytes: 8 * 1024,
  heldBytes: 512 * 1024 * 1024,
  initMs: 3000,
  waiting: 200,
  waitingPerAddress: 200,
  unreadBytes: 64 * 1024 * 1024,
  anonymousUnreadBytes: 64 * 1024,
  allUnreadBytes: 512 * 1024 * 1024,
};

/** The request of an operation, by the arguments that execute it: graphql-ws hands nothing else through. */
const requests = new WeakMap<object, RequestInfo>();

/** graphql-ws on the subgraph: one socket per router carries the operations of all users, each signed on its own. */
export function serveSubscriptions<C extends object>(
  server: Server,
  parts: SubscriptionParts<C>,
): () => Promise<void> {
  const windowsOf = new WeakMap<GraphqlSocket, Map<string, EventWindow>>();
  const sockets = new GraphqlSockets(
    {
      // By this name the other end signs what comes over this socket.
      onConnect: () => ({ instance: parts.trust.guard.instance }),
      onSubscribe: async (socket, id, payload) => {
        try {
          const call = identifySubscribe(parts.trust, payload);
          // Who calls is not known yet; that many have the same token says enough.
          const caller = { ...call.info, actorId: call.authorization || 'anonymous' };
          const begin = async () => {
            const document = parse(payload.query);
            const problems = validate(parts.schema, document);
            if (problems.length > 0)
              return problems.map((each) => formatted(each, 'GRAPHQL_VALIDATION_FAILED'));
            const args: ExecutionArgs = {
              schema: parts.schema,
              document,
              operationName: payload.operationName,
              variableValues: payload.variables,
              contextValue: await parts.contextFor(call),
            };
            requests.set(args, call.info);
            renewals.set(args, () => parts.contextFor(call));
            if (!getOperationAST(document, payload.operationName)) throw new AppError('BAD_REQUEST');
            const size = windowOf(payload.extensions);
            if (size !== undefined) {
              const window = new EventWindow(size);
              windows.set(args, window);
              const ofSocket = windowsOf.get(socket) ?? new Map<string, EventWindow>();
              windowsOf.set(socket, ofSocket.set(id, window));
            }
            return args;
          };
          return await inTurnOf(caller, () => inRequest(call.info, begin));
        } catch (error) {
          return [formatted(error)];
        }
      },
      execute: (args) => inThatRequest(args, () => execute(args)),
      subscribe: (args) => stoppable((ended) => eventsOf(args, ended)),
      onNext: (_socket, _id, _payload, args, result) =>
        inThatRequest(args, () => ({
          ...result,
          ...(result.errors && { errors: result.errors.map((each) => formatted(each)) }),
        })),
      onPong: (socket, payload) => {
        for (const [id, count] of Object.entries(reportOf(payload)))
          windowsOf.get(socket)?.get(id)?.give(count);
      },
      onComplete: (socket, id) => {
        windowsOf.get(socket)?.delete(id);
      },
      onError: (_socket, _id, _payload, errors) => errors.map((each) => formatted(each)),
    },
    LIMITS,
  );
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?', 1)[0] === PATH) sockets.accept(request, socket, head, undefined);
    else refuseConnection(socket, new AppError('NOT_FOUND', { what: 'address' }));
  });
  return () => sockets.close();
}

/** Makes the context of one event: what the caller may do now, and loaders that know nothing of the event before. */
const renewals = new WeakMap<object, () => Promise<object>>();

/** How much of an operation may be under way to the router. */
const windows = new WeakMap<object, EventWindow>();

async function* eventsOf(
  args: ExecutionArgs,
  ended: AbortSignal,
): AsyncGenerator<ExecutionResult, void, void> {
  const info = requests.get(args);
  // An event tells of what was written a moment ago, which a replica may not have yet.
  if (info !== undefined) Object.assign(info, { ended, needsLatest: true });
  const window = windows.get(args);
  ended.addEventListener('abort', () => window?.end(), { once: true });
  let source: AsyncIterator<unknown> | undefined;
  try {
    const started = await inThatRequest(args, () => inTurn(() => createSourceEventStream(args)));
    if (!(Symbol.asyncIterator in started)) {
      yield started;
      return;
    }
    const events = (source = started[Symbol.asyncIterator]());
    while (!ended.aborted) {
      await window?.take();
      const { value, done } = await inThatRequest(args, () => events.next());
      if (done || ended.aborted) return;
      // Before anything of the event is shown: somebody logged out, or lost a right, since the last one.
      const show = async () => {
        const contextValue = await renewals.get(args)?.();
        return execute({ ...args, contextValue, rootValue: value });
      };
      const result = await inThatRequest(args, () => inTurn(show));
      yield result;
      // Whoever may not see an event of this feed any more is told so once, not of each event that they do not see.
      if (isRefusal(result)) return;
    }
  } catch (error) {
    // Told here, where the request is known: its id and its language belong to the error.
    yield { errors: [inThatRequest(args, () => formatted(error))] };
  } finally {
    await source?.return?.();
  }
}

/** Whether the whole of an event was refused for a lack of rights. */
function isRefusal({ data, errors }: ExecutionResult): boolean {
  const isEmpty = data == null || Object.values(data).every((each) => each === null);
  return isEmpty && (errors ?? []).some(({ originalError }) => isAppError(originalError, REFUSALS));
}

const REFUSALS: readonly string[] = ['FORBIDDEN', 'NOT_FOUND'];

function isAppError(error: unknown, codes: readonly string[]): boolean {
  return error instanceof AppError && codes.includes(error.code);
}

function inThatRequest<T>(args: object, work: () => T): T {
  const info = requests.get(args);
  return info === undefined ? work() : inRequest(info, work);
}

function formatted(error: unknown, code?: string): GraphQLError {
  if (error instanceof GraphQLError && typeof error.extensions.requestId === 'string') return error;
  const given =
    error instanceof GraphQLError
      ? error
      : new GraphQLError(error instanceof Error ? error.message : 'error', {
          originalError: error instanceof Error ? error : undefined,
        });
  const plain = given.toJSON();
  const shaped = formatGraphqlError(
    { ...plain, extensions: { ...plain.extensions, ...(code && { code }) } },
    given,
  );
  return new GraphQLError(shaped.message, {
    nodes: given.nodes,
    path: given.path,
    extensions: shaped.extensions,
  });
}
