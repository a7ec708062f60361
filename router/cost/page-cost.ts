import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import type { CostLimits } from './cost-config.ts';
import { type PageSize, pageSizeOf } from './page-size.ts';

/** What a mutation costs besides its answer. */
const MUTATION = 10;
/** The whole schema is built anew for each of these, and answered by the router itself. */
const INTROSPECTION: ReadonlyMap<string, number> = new Map([
  ['__schema', 1000],
  ['__type', 100],
]);
/** The fields of a connection that hold its page. */
const PAGES: ReadonlySet<string> = new Set(['edges', 'nodes']);

/** Cost as far as it is known without variables, and what each page whose size a variable tells adds. */
export interface CostFormula {
  readonly base: number;
  readonly pages: readonly { readonly size: PageSize; readonly each: CostFormula }[];
}

/** What an operation costs with the variables of one request. */
export function evaluate({ base, pages }: CostFormula, variables: Readonly<Record<string, unknown>>): number {
  return pages.reduce((total, { size, each }) => {
    const items = typeof size === 'number' ? size : size(variables);
    // Nothing of what is endless is still nothing.
    return items === 0 ? total : total + items * evaluate(each, variables);
  }, base);
}

/** How many pages a formula has, those within pages too. */
export function countPages({ pages }: CostFormula): number {
  return pages.reduce((count, { each }) => count + 1 + countPages(each), 0);
}

/**
 * The cost of an operation: one for each object that the answer may hold. A list is as long as `first` or `last` say,
 * else as the limits take it to be, and what is below it is counted for each of its items. The number of expanded
 * selections must have been bounded before.
 */
export function costFormula(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  limits: CostLimits,
): CostFormula {
  const root = schema.getRootType(operation.operation);
  if (!root) return constant(0);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const writer = new FormulaWriter({ schema, fragments, operation, limits });
  const own = operation.operation === OperationTypeNode.MUTATION ? MUTATION : 0;
  return writer.ofSet(operation.selectionSet, { parent: root, ofEach: own, page: undefined, path: [] });
}

interface Parts {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly operation: OperationDefinitionNode;
  readonly limits: CostLimits;
}

interface Place {
  readonly parent: GraphQLNamedType;
  /** What each field costs here besides what it answers. */
  readonly ofEach: number;
  /** How long the page is, within a connection. */
  readonly page: PageSize | undefined;
  /** Fragments that this stands in. */
  readonly path: readonly string[];
}

class FormulaWriter {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  ofSet({ selections }: SelectionSetNode, place: Place): CostFormula {
    const { schema, fragments } = this.#parts;
    return sum(
      selections.map((each) => {
        if (each.kind === Kind.FIELD) {
          return this.#ofField(each.name.value, each.arguments ?? [], each.selectionSet, place);
        }
        if (each.kind === Kind.INLINE_FRAGMENT) {
          const on = each.typeCondition && typeFromAST(schema, each.typeCondition);
          return this.ofSet(each.selectionSet, on ? { ...place, parent: on } : place);
        }
        const name = each.name.value;
        const fragment = fragments.get(name);
        const on = fragment && typeFromAST(schema, fragment.typeCondition);
        if (!fragment || !on || place.path.includes(name)) return constant(0);
        return this.ofSet(fragment.selectionSet, { ...place, parent: on, path: [...place.path, name] });
      }),
    );
  }

  #ofField(
    name: string,
    args: Parameters<typeof pageSizeOf>[1],
    below: SelectionSetNode | undefined,
    place: Place,
  ): CostFormula {
    const introspection = INTROSPECTION.get(name);
    if (introspection !== undefined) return constant(introspection);
    const { parent, ofEach, page, path } = place;
    const field = isObjectType(parent) || isAbstractType(parent) ? fieldOf(parent, name) : undefined;
    if (!field) return constant(0);
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return constant(ofEach);
    const { operation, limits } = this.#parts;
    const isList = isListType(getNullableType(field.type));
    const told = pageSizeOf(field, args, operation, limits.pageSize);
    const inner = { parent: type, ofEach: 0, page: isList ? undefined : told, path };
    const object = sum([constant(1), below ? this.ofSet(below, inner) : constant(0)]);
    if (!isList) return sum([constant(ofEach), object]);
    const ofConnection = PAGES.has(name) ? page : undefined;
    return sum([constant(ofEach), times(told ?? ofConnection ?? limits.listSize, object)]);
  }
}

function fieldOf(parent: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  return 'getFields' in parent ? (parent.getFields()[name] as GraphQLField<unknown, unknown>) : undefined;
}

function constant(base: number): CostFormula {
  return { base, pages: [] };
}

function sum(formulas: readonly CostFormula[]): CostFormula {
  return {
    base: formulas.reduce((total, { base }) => total + base, 0),
    pages: formulas.flatMap(({ pages }) => pages),
  };
}

function times(size: PageSize, each: CostFormula): CostFormula {
  if (typeof size === 'number' && each.pages.length === 0) return constant(size * each.base);
  return { base: 0, pages: [{ size, each }] };
}
