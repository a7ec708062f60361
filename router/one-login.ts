import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { RouterContext } from './request.ts';

/** What every login and refresh answers with. */
const LOGIN = 'LoginResult';

/**
 * A browser has one cookie for one refresh token: an operation that logs in several times, under whatever names and in
 * whatever fragments, would lose all but one of them.
 */
export const oneLoginByCookie: ApolloServerPlugin<RouterContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ contextValue, document, operation, schema }) => {
      if (contextValue.info.refreshCookie === undefined || operation === undefined) return;
      if (loginsIn(schema, document, operation) <= 1) return;
      throw new GraphQLError('BAD_REQUEST', {
        extensions: { code: 'BAD_REQUEST', params: {}, http: { status: 400 } },
      });
    },
  }),
};

/** How often an operation that is valid logs in, whatever its directives leave out; each fragment is visited once. */
export function loginsIn(
  schema: GraphQLSchema,
  { definitions }: DocumentNode,
  operation: OperationDefinitionNode,
): number {
  if (operation.operation !== OperationTypeNode.MUTATION) return 0;
  const fields = schema.getMutationType()?.getFields() ?? {};
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const counted = new Map<string, number>();
  const ofFragment = (name: string): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const found = fragment ? count(fragment.selectionSet) : 0;
    counted.set(name, found);
    return found;
  };
  const count = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + count(selection.selectionSet);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + ofFragment(selection.name.value);
      const field = fields[selection.name.value];
      return sum + (field !== undefined && getNamedType(field.type).name === LOGIN ? 1 : 0);
    }, 0);
  return count(operation.selectionSet);
}
