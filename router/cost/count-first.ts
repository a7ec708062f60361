import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { AppError } from '../../shared/errors/app-error.ts';
import type { RouterContext } from '../request.ts';
import type { CostLimits } from './cost-config.ts';
import { type CountedDocument, OperationCounter } from './operation-counter.ts';

/** By which a client asks to be told the cost of its operation: `include` runs it, `only` doesn't. */
export const COST_HEADER = 'x-operation-cost';
/** Stands in for what is refused, so that nothing of that is validated. */
const NOTHING = parse('{ __typename }');

/**
 * Counts each operation before Apollo Server parses and validates it, and refuses what is beyond the limits. The first
 * hook after the text is known (`didResolveSource`) can't refuse, but a document that stands there already is neither
 * parsed nor validated again; `didResolveOperation` is the first that can.
 * @param admit throws for a text that is not run here
 */
export function countFirst(
  limits: CostLimits,
  admit: (source: string) => void,
): ApolloServerPlugin<RouterContext> {
  const counters = new WeakMap<GraphQLSchema, OperationCounter>();
  const counterOf = (schema: GraphQLSchema): OperationCounter => {
    const counter = counters.get(schema) ?? new OperationCounter(schema, limits);
    counters.set(schema, counter);
    return counter;
  };
  return {
    requestDidStart: async ({ schema }) => {
      let refusal: GraphQLError | undefined;
      let counted: CountedDocument | undefined;
      return {
        didResolveSource: async (context) => {
          const { source, request, contextValue } = context;
          try {
            admit(source);
            const counting = counterOf(schema);
            counted = counting.read(source);
            if (!counted) return;
            const cost = counting.cost(counted, request.operationName, request.variables ?? {});
            if (cost) contextValue.cost = cost;
            if (counted.isValid) useDocument(context, counted.document);
          } catch (error) {
            refusal = refusalOf(error);
            useDocument(context, NOTHING);
          }
        },
        didResolveOperation: async () => {
          if (refusal) throw refusal;
          // Apollo Server has validated it, or has taken it as what was validated before.
          if (counted) counted.isValid = true;
        },
        responseForOperation: async ({ request, response }) => {
          if (request.http?.headers.get(COST_HEADER) !== 'only') return null;
          return { http: response.http, body: { kind: 'single', singleResult: { data: null } } };
        },
        willSendResponse: async ({ request, response, contextValue }) => {
          const { cost } = contextValue;
          if (!cost || !request.http?.headers.has(COST_HEADER) || response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          singleResult.extensions = { ...singleResult.extensions, cost };
        },
      };
    },
  };
}

function useDocument(context: { readonly document?: DocumentNode }, document: DocumentNode): void {
  Object.assign(context, { document });
}

function refusalOf(error: unknown): GraphQLError {
  const http = { status: 400 };
  if (error instanceof GraphQLError) {
    return new GraphQLError(error.message, {
      nodes: error.nodes,
      extensions: { ...error.extensions, http },
    });
  }
  if (!(error instanceof AppError)) throw error;
  return new GraphQLError(error.code, { extensions: { code: error.code, params: error.params, http } });
}
