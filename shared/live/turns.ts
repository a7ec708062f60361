import { currentRequest, type RequestInfo } from '../context/request-context.ts';
import { FairTurns } from './fair-turns.ts';

/** Two, so that one can wait for the database while the other computes. */
const turns = new FairTurns(2);

/** Does a piece of work of a live feed in the turn of the account that the current request is of. */
export async function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
  const request = currentRequest();
  return request === undefined ? work() : inTurnOf(request, work);
}

/** The same for the account of another request. */
export async function inTurnOf<T>(request: RequestInfo, work: () => T | Promise<T>): Promise<T> {
  return turns.run(lineOf(request), work);
}

/** Of those without an account, who have nothing in common. */
const anonymous = new WeakMap<RequestInfo, string>();
let lines = 0;

/**
 * In which line a request waits: that of its account, or one of its own. No name that a client chooses, such as the id
 * of its request, takes part: it could be an account's, or the same for many.
 */
export function lineOf(request: RequestInfo): string {
  if (request.actorId !== 'anonymous') return `account ${request.actorId}`;
  const line = anonymous.get(request) ?? `request ${(lines += 1)}`;
  anonymous.set(request, line);
  return line;
}
