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
export async function inTurnOf<T>(
  { actorId, requestId }: RequestInfo,
  work: () => T | Promise<T>,
): Promise<T> {
  // Those without an account have nothing in common.
  return turns.run(actorId === 'anonymous' ? requestId : actorId, work);
}
