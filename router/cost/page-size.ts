import {
  type ArgumentNode,
  type GraphQLField,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;
/** How many items a page has at most: a number, or what the variables of a request say. */
export type PageSize = number | ((variables: Variables) => number);

const SIZES = ['first', 'last'];

/**
 * The size of the page that a field is asked for.
 * @param usual the size when nothing says one
 * @returns undefined for a field that has no pages
 */
export function pageSizeOf(
  field: GraphQLField<unknown, unknown>,
  args: readonly ArgumentNode[],
  operation: OperationDefinitionNode,
  usual: number,
): PageSize | undefined {
  const own = field.args.filter(({ name }) => SIZES.includes(name));
  if (own.length === 0) return undefined;
  const preset = sizeOf(own.find(({ defaultValue }) => defaultValue !== undefined)?.defaultValue) ?? usual;
  const given = args
    .filter(({ name }) => SIZES.includes(name.value))
    .map(({ value }) => argumentSize(value, operation, preset));
  const numbers = given.filter((each) => typeof each === 'number');
  const told = given.filter((each) => typeof each === 'function');
  if (told.length === 0) return numbers.length === 0 ? preset : Math.max(...numbers);
  return (variables) => Math.max(...numbers, ...told.map((each) => each(variables)));
}

function argumentSize(value: ValueNode, operation: OperationDefinitionNode, preset: number): PageSize {
  if (value.kind !== Kind.VARIABLE) return literalOf(value) ?? preset;
  const name = value.name.value;
  const defined = operation.variableDefinitions?.find((each) => each.variable.name.value === name);
  const fallback = (defined?.defaultValue && literalOf(defined.defaultValue)) ?? preset;
  return (variables) => {
    // What each object has by itself, such as its constructor, is no variable.
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return given === undefined ? fallback : (sizeOf(given) ?? preset);
  };
}

function literalOf(node: ValueNode): number | undefined {
  return sizeOf(valueFromASTUntyped(node));
}

/** Undefined for what is no size; the subgraph refuses it. */
function sizeOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
