import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type GraphQLSchema, GraphQLError, Kind, parse, validate } from 'graphql';
import { examples } from '../router/explorer/client/examples.ts';

const FOLDER = 'schema/operations';
const JOURNEY = 'test/journey';
/** Texts without anything filled in that begin as operations do. */
const LITERAL =
  /`((?:query|mutation|subscription|\{)[^`$]*(?:\$(?!\{)[^`$]*)*)`|'((?:query|mutation|subscription|\{)[^'\n\\]*)'/g;

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly body: string;
}

/**
 * The manifest of all registered operations, in the format of Apollo's tools: the explorer's examples, those of the
 * journey, and the files of `schema/operations/`, one operation each. Their texts count letter by letter.
 * @throws Error naming an operation that doesn't fit the schema
 */
export function operationsManifest(schema: GraphQLSchema): string {
  const bodies = new Set([...examples.map(({ query }) => query), ...ofFolder(), ...ofJourney()]);
  const operations = Array.from(bodies, (body) => entryOf(body, schema));
  operations.sort((a, b) => (a.id < b.id ? -1 : 1));
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function ofFolder(): string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => readFileSync(`${FOLDER}/${name}`, 'utf8'));
}

function ofJourney(): string[] {
  return readdirSync(JOURNEY)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(`${JOURNEY}/${name}`, 'utf8');
      return Array.from(text.matchAll(LITERAL), ([, long, short]) => long ?? short ?? '');
    })
    .filter(isGraphql);
}

function isGraphql(text: string): boolean {
  try {
    return parse(text).definitions.length > 0;
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}

function entryOf(body: string, schema: GraphQLSchema): Entry {
  const document = parse(body);
  const problems = validate(schema, document);
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const [operation, ...others] = operations;
  if (problems.length > 0 || !operation || others.length > 0) {
    const problem = problems[0]?.message ?? 'it must be one operation';
    throw new Error(`an operation can't be registered: ${problem}\n${body}`);
  }
  return {
    id: createHash('sha256').update(body).digest('hex'),
    name: operation.name?.value ?? '',
    type: operation.operation,
    body,
  };
}
