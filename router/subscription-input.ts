import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  getArgumentValues,
  getDirectiveValues,
  getVariableValues,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const CODE = { extensions: { code: 'BAD_USER_INPUT' } };
const CONDITIONS = [GraphQLSkipDirective, GraphQLIncludeDirective];

/**
 * `@skip` and `@include` at the root of a subscription, which would leave it without its one field: the specification
 * of September 2025 forbids them (5.2.4.1). Looked for before validation, whose rule of one root field throws on them.
 */
export function conditionsAtRoot(document: DocumentNode): GraphQLError[] {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  const visited = new Set<string>();
  const conditionsOf = (selections: readonly SelectionNode[]): DirectiveNode[] =>
    selections.flatMap((selection) => {
      const own = (selection.directives ?? []).filter(isCondition);
      if (selection.kind === Kind.FIELD) return own;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        return [...own, ...conditionsOf(selection.selectionSet.selections)];
      }
      const name = selection.name.value;
      if (visited.has(name)) return own;
      visited.add(name);
      return [...own, ...conditionsOf(fragments.get(name)?.selectionSet.selections ?? [])];
    });
  return document.definitions
    .filter((each) => each.kind === Kind.OPERATION_DEFINITION)
    .filter(({ operation }) => operation === OperationTypeNode.SUBSCRIPTION)
    .flatMap(({ selectionSet }) => conditionsOf(selectionSet.selections))
    .map(
      (nodes) =>
        new GraphQLError('The root field of a subscription takes neither @skip nor @include.', {
          nodes,
          ...CODE,
        }),
    );
}

/**
 * What is wrong with the variables of an operation that is valid otherwise: also one that is null, or missing, where
 * an argument anywhere in the operation needs a value.
 */
export function variableProblems(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  given: Record<string, unknown>,
): GraphQLError[] {
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (coerced === undefined) return errors.map(asInputError);
  const problems: GraphQLError[] = [];
  const attempt = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      problems.push(asInputError(error));
    }
  };
  const checkConditions = (node: FieldNode | FragmentSpreadNode | InlineFragmentNode) => {
    for (const condition of CONDITIONS) attempt(() => getDirectiveValues(condition, node, coerced));
  };
  const types = new TypeInfo(schema);
  const used = separateOperations(document)[operation.name?.value ?? ''] ?? document;
  visit(
    used,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const definition = types.getFieldDef();
        if (definition) attempt(() => getArgumentValues(definition, node, coerced));
        checkConditions(node);
      },
      InlineFragment: checkConditions,
      FragmentSpread: checkConditions,
    }),
  );
  return problems;
}

function isCondition({ name }: DirectiveNode): boolean {
  return CONDITIONS.some((each) => each.name === name.value);
}

function asInputError(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, { nodes: error.nodes, originalError: error.originalError, ...CODE });
}
