import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { allow, deny, rule as shieldRule, shield } from 'graphql-shield';
import type { GraphQLSchema } from 'graphql';
import { AppError } from '../errors/app-error.ts';

/** A named permission; the name is what the committed table of permissions prints. */
export interface Rule {
  readonly name: string;
  readonly shield: ReturnType<typeof shieldRule> extends (fn: never) => infer R ? R : never;
}

type Check<C, P> = (
  parent: P,
  args: Record<string, unknown>,
  context: C,
  info: GraphQLResolveInfo,
) => boolean | Promise<boolean>;

/**
 * Makes a rule. A check that answers false denies with FORBIDDEN, or UNAUTHENTICATED where it throws that; an
 * outage inside a check is handed on as it is, so that it never reads as a denial.
 */
export function rule<C, P = unknown>(name: string, check: Check<C, P>): Rule {
  return {
    name,
    shield: shieldRule(name, { cache: 'no_cache' })(
      async (parent: P, args: Record<string, unknown>, context: C, info: GraphQLResolveInfo) => {
        try {
          return (await check(parent, args, context, info)) || refusal(new AppError('FORBIDDEN'));
        } catch (error) {
          return refusal(error);
        }
      },
    ),
  };
}

/** Visible to everybody, logged in or not. */
export const anyone: Rule = {
  name: 'anyone',
  shield: shieldRule('anyone', { cache: 'no_cache' })(() => true),
};

/** Type name → a rule for all its fields, or a rule for each. */
export type RuleMap = Record<string, Rule | Record<string, Rule>>;

/** Merges the features' maps; the same type may come from several features with different fields. */
export function mergeRules(...maps: RuleMap[]): RuleMap {
  const merged: RuleMap = {};
  for (const map of maps) {
    for (const [type, value] of Object.entries(map)) {
      const known = merged[type];
      if (known === undefined) merged[type] = isRule(value) ? value : { ...value };
      else if (isRule(known) || isRule(value)) throw new Error(`${type} has two rules for all its fields`);
      else {
        for (const [field, each] of Object.entries(value)) {
          if (known[field]) throw new Error(`${type}.${field} has two rules`);
          known[field] = each;
        }
      }
    }
  }
  return merged;
}

/** Wraps every field of the schema with its rule; a field without one is denied. */
export function protect(schema: GraphQLSchema, rules: RuleMap): GraphQLSchema {
  const tree: Record<string, object> = {};
  for (const [type, value] of Object.entries(rules)) {
    tree[type] = isRule(value)
      ? value.shield
      : Object.fromEntries(Object.entries(value).map(([field, each]) => [field, each.shield]));
  }
  const query = rules.Query;
  const queryRules = query === undefined || isRule(query) ? {} : query;
  tree.Query = {
    ...Object.fromEntries(Object.entries(queryRules).map(([field, each]) => [field, each.shield])),
    // A subgraph without entities has no such field, and naming it would be an error.
    ...(schema.getQueryType()?.getFields()._entities && { _entities: allow }),
    _service: allow,
  };
  tree._Service = { sdl: allow };
  return applyMiddleware(
    schema,
    shield(tree as Parameters<typeof shield>[0], {
      fallbackRule: deny,
      allowExternalErrors: true,
      fallbackError: (error: unknown) =>
        error instanceof Error && (error instanceof AppError || error instanceof GraphQLError)
          ? error
          : new AppError('FORBIDDEN'),
    }),
  );
}

function isRule(value: Rule | Record<string, Rule>): value is Rule {
  return typeof value.name === 'string';
}

function refusal(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
