import {
  type ArgumentNode,
  type DefinitionNode,
  type ExecutionResult,
  type FieldNode,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  parse,
  parseType,
  print,
  type SelectionNode,
  visit,
} from 'graphql';

/** What of a plan's fetch says how the owner is subscribed to. */
export interface UpstreamOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** A subscription that can go on where it was lost. */
export interface Resumable {
  /** The operation that delivers what comes after a cursor. */
  readonly after: (cursor: unknown) => UpstreamOperation;
  /** What the caller gave as its cursor. */
  readonly start: unknown;
  /** The cursor of an event, and the event as the caller asked for it. */
  readonly read: (event: ExecutionResult) => { cursor: unknown; event: ExecutionResult };
}

/**
 * How a subscription is resumed; undefined when its field has no cursor. A cursor is an argument `after<Field>` beside
 * a field of that name in what the subscription delivers, of the same type: `afterSeq` and `seq`. The field is asked
 * for under a name of our own, whether or not the caller selects it, and the argument is a variable of our own.
 * @param operation what the owner is asked, as it is planned
 */
export function resumable(schema: GraphQLSchema, operation: UpstreamOperation): Resumable | undefined {
  const document = parse(operation.query);
  const definition = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  const field = definition?.selectionSet.selections[0];
  if (definition === undefined || field?.kind !== Kind.FIELD) return undefined;
  const root = schema.getSubscriptionType()?.getFields()[field.name.value];
  const delivered = root && getNamedType(root.type);
  if (root === undefined || !isObjectType(delivered)) return undefined;
  const cursor = root.args
    .map((argument) => ({ argument, name: fieldOf(argument.name) }))
    .find(({ argument, name }) => {
      const type = name === undefined ? undefined : delivered.getFields()[name]?.type;
      return type !== undefined && getNamedType(type) === getNamedType(argument.type);
    });
  if (cursor?.name === undefined) return undefined;
  const { argument } = cursor;
  const { coerced } = getVariableValues(schema, definition.variableDefinitions ?? [], operation.variables);
  const start = getArgumentValues(root, field, coerced)[argument.name];

  const own = unused('resumeAfter', operation.query);
  const asked: SelectionNode = {
    kind: Kind.FIELD,
    alias: nameNode(own),
    name: nameNode(cursor.name),
  };
  const given: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: nameNode(argument.name),
    value: { kind: Kind.VARIABLE, name: nameNode(own) },
  };
  const rewritten: FieldNode = {
    ...field,
    arguments: [...(field.arguments ?? []).filter(({ name }) => name.value !== argument.name), given],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...(field.selectionSet?.selections ?? []), asked],
    },
  };
  const changed: OperationDefinitionNode = {
    ...definition,
    selectionSet: { ...definition.selectionSet, selections: [rewritten] },
  };
  const others = document.definitions.filter((each) => each !== definition);
  const read = variablesIn([changed, ...others]);
  const query = print({
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...changed,
        variableDefinitions: [
          // One that only said where to begin is used no longer, which no operation may have.
          ...(definition.variableDefinitions ?? []).filter(({ variable }) => read.has(variable.name.value)),
          {
            kind: Kind.VARIABLE_DEFINITION,
            variable: { kind: Kind.VARIABLE, name: nameNode(own) },
            type: parseType(String(argument.type)),
          },
        ],
      },
      ...others,
    ],
  });
  const kept = Object.fromEntries(Object.entries(operation.variables).filter(([name]) => read.has(name)));
  const key = field.alias?.value ?? field.name.value;
  return {
    start,
    after: (value) => ({ query, variables: value === undefined ? kept : { ...kept, [own]: value } }),
    read: (event) => withoutCursor(event, key, own),
  };
}

function withoutCursor(
  event: ExecutionResult,
  key: string,
  own: string,
): { cursor: unknown; event: ExecutionResult } {
  const delivered = event.data?.[key];
  if (typeof delivered !== 'object' || delivered === null) return { cursor: undefined, event };
  const { [own]: cursor, ...rest } = delivered as Record<string, unknown>;
  return { cursor, event: { ...event, data: { ...event.data, [key]: rest } } };
}

/** `seq` of `afterSeq`. */
function fieldOf(argument: string): string | undefined {
  const [, first, rest = ''] = /^after([A-Z])(\w*)$/.exec(argument) ?? [];
  return first === undefined ? undefined : first.toLowerCase() + rest;
}

/** A name that occurs nowhere in the operation. */
function unused(name: string, query: string): string {
  let free = name;
  while (query.includes(free)) free += '_';
  return free;
}

function variablesIn(definitions: readonly DefinitionNode[]): Set<string> {
  const names = new Set<string>();
  visit(
    { kind: Kind.DOCUMENT, definitions },
    {
      // Where a variable is defined it is not read.
      VariableDefinition: () => false,
      Variable: ({ name }) => void names.add(name.value),
    },
  );
  return names;
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
