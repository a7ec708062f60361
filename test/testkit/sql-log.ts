import { readdirSync, readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { ask } from './client.ts';
import { until } from './platform.ts';

interface Logged {
  readonly service: string;
  readonly requestId?: string;
  readonly sql: string;
}

function logged(): Logged[] {
  const dir = `${inject('platformDir')}/logs`;
  return readdirSync(dir)
    .filter((name) => /^sql-\w+\.log$/.test(name))
    .flatMap((name) => readFileSync(`${dir}/${name}`, 'utf8').split('\n'))
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Logged);
}

/**
 * Runs an operation that must succeed, twice, and counts the SQL statements of the second run in each subgraph: the
 * first one opens connections.
 */
export async function statementsOf(
  query: string,
  variables: object,
  token?: string,
): Promise<{ data: Record<string, unknown>; statements: Record<string, string[]> }> {
  await ask(query, variables, { token });
  const answer = await ask(query, variables, { token });
  if (answer.errors.length > 0 || !answer.data) throw new Error(JSON.stringify(answer.errors));
  // Each service writes its log in order: once the lines of a later request are there, those before it are too.
  const fence = await ask(query, variables, { token });
  const of = (requestId: string) => logged().filter((line) => line.requestId === requestId);
  const services = (requestId: string) => of(requestId).map((line) => line.service);
  await until(() => {
    const mine = new Set(services(answer.requestId));
    const later = new Set(services(fence.requestId));
    return later.size > 0 && [...mine].every((service) => later.has(service)) && later.size === mine.size;
  });
  const statements: Record<string, string[]> = {};
  for (const { service, sql } of of(answer.requestId)) (statements[service] ??= []).push(sql);
  return { data: answer.data, statements };
}
