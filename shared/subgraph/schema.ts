import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { createPubSub } from '@graphql-yoga/subscription';
import { type GraphQLSchema, Kind, parse, print, type DocumentNode } from 'graphql';
import { buildSchema, createResolversMap } from 'type-graphql';
import { type QuotaTable, underQuotas } from '../limits/quotas.ts';
import { permissionTableOf } from '../rules/permission-table.ts';
import { eventRules, EventsResolver } from '../outbox/events.resolver.ts';
import { mergeRules, protect, type RuleMap } from '../rules/rules.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ' +
  'import: ["@key", "@shareable", "@external", "@requires", "@provides", "@inaccessible", "@override", "@tag"])';

type ReferenceResolver<C> = (reference: { __typename: string; id: string }, context: C) => unknown;

export interface SubgraphParts<C> {
  /** Resolver classes; they hold no state, their services come with the context. */
  readonly resolvers: (new () => object)[];
  /** Entity name → how the router's key becomes the entity; `null` where there is none. */
  readonly references: Record<string, ReferenceResolver<C>>;
  readonly rules: RuleMap;
  /** How often an account may do what is expensive. */
  readonly quotas: QuotaTable;
  /** Classes that no resolver mentions, but that the schema must have. */
  readonly orphanedTypes?: (new () => object)[];
}

export interface BuiltSubgraph {
  /** SDL with the federation directives, what composition reads. */
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  readonly permissions: Record<string, string>;
}

/** type-graphql classes → SDL with federation directives → subgraph schema → every field under its rule. */
export async function buildSubgraph<C>(parts: SubgraphParts<C>): Promise<BuiltSubgraph> {
  const plain = await buildSchema({
    resolvers: [EventsResolver, ...parts.resolvers],
    orphanedTypes: parts.orphanedTypes ?? [],
    validate: false,
    // Feeds are replayed from the database (shared/live), never pushed through type-graphql; it still asks for one.
    pubSub: createPubSub(),
  });
  const typeDefs = withoutBuiltIns(parse(`${LINK}\n${printSchemaWithDirectives(plain)}`));
  const resolvers = createResolversMap(plain);
  for (const [type, resolve] of Object.entries(parts.references)) {
    const known = resolvers[type];
    if (typeof known !== 'object')
      throw new Error(`${type} has a reference resolver, but is not in the schema`);
    Object.assign(known, { __resolveReference: resolve });
  }
  const subgraph = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as Record<string, never> }]);
  underQuotas(subgraph, parts.quotas);
  const rules = mergeRules(parts.rules, eventRules);
  const permissions = permissionTableOf(subgraph, rules);
  return { sdl: `${print(typeDefs)}\n`, schema: protect(subgraph, rules), permissions };
}

/** Without the root `schema` block and the definitions of directives that @link brings. */
function withoutBuiltIns(document: DocumentNode): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.filter(
      (definition) =>
        definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.DIRECTIVE_DEFINITION,
    ),
  };
}
