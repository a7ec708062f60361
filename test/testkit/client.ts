import { inject } from 'vitest';
import { type Caller, type GraphqlAnswer, listen, send } from './graphql.ts';
import { demoAccounts } from './platform.ts';

type Options = Partial<Caller>;

const callerOf = (options: Options): Caller => ({ ...options, url: options.url ?? inject('platformUrl') });

/** One operation through the router of the common platform, or of another one. */
export async function ask(
  query: string,
  variables: object = {},
  options: Options = {},
): Promise<GraphqlAnswer> {
  return send(query, variables, callerOf(options));
}

/** The data of an operation that must succeed. */
export async function data(
  query: string,
  variables: object = {},
  options: Options = {},
): Promise<Record<string, unknown>> {
  const answer = await ask(query, variables, options);
  if (answer.errors.length > 0 || !answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

/** The token of a demo account by its name. */
export function tokenOf(name: string): string {
  const account = demoAccounts(inject('platformDir')).find((each) => each.name === name);
  if (!account) throw new Error(`no demo account ${name}`);
  return account.token;
}

/** A subscriber on a socket of its own; `next` waits for the next event. */
export function subscribe(query: string, variables: Record<string, unknown>, options: Options = {}) {
  return listen(query, variables, callerOf(options));
}
