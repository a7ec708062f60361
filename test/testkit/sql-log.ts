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
  const warm = await ask(query, variables, { token });
  const answer = await ask(query, variables, { token });
  if (answer.errors.length > 0 || !answer.data) throw new Error(JSON.stringify(answer.errors));
  // Each service writes its log in order: once the lines of a later request are there, those before it are too. Not
  // every request reaches users, whose word on a session holds for a moment: so later ones are made until one does.
  const fences: string[] = [];
  const servicesOf = (requestIds: readonly (string | undefined)[]) =>
    new Set(
      logged()
        .filter((line) => requestIds.includes(line.requestId))
        .map(({ service }) => service),
    );
  await until(async () => {
    fences.push((await ask(query, variables, { token })).requestId);
    const later = servicesOf(fences);
    return (
      later.size > 0 && [...servicesOf([warm.requestId, answer.requestId])].every((each) => later.has(each))
    );
  });
  const statements: Record<string, string[]> = {};
  for (const { service, sql } of logged().filter((line) => line.requestId === answer.requestId))
    (statements[service] ??= []).push(sql);
  return { data: answer.data, statements };
}
