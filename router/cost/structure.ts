import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { OperationCost } from './cost-config.ts';

/** What can be counted of a definition without its schema and variables. */
export type Structure = Omit<OperationCost, 'length' | 'operations' | 'tokens' | 'overlaps' | 'cost'>;

export interface DocumentStructure {
  /** What the largest definition has of each. */
  readonly largest: Structure;
  /** The expanded selections of all definitions together, which is what it takes to look through each of them. */
  readonly expanded: number;
}

const NOTHING: Structure = { depth: 0, aliases: 0, directives: 0, rootFields: 0, selections: 0 };

/**
 * What the definitions of a document have, with fragments expanded: the planner and the rules of validation expand
 * them too. Each fragment is visited once, however often it is spread.
 * @throws GraphQLError GRAPHQL_VALIDATION_FAILED when a fragment stands within itself, so that there is no end of it
 */
export function structureOf(document: DocumentNode): DocumentStructure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const counter = new StructureCounter(fragments);
  let largest = NOTHING;
  let expanded = 0;
  for (const each of document.definitions) {
    if (each.kind !== Kind.FRAGMENT_DEFINITION && each.kind !== Kind.OPERATION_DEFINITION) continue;
    const structure =
      each.kind === Kind.FRAGMENT_DEFINITION
        ? { ...counter.ofFragment(each), rootFields: 0 }
        : counter.ofOperation(each);
    largest = larger(largest, structure);
    expanded += structure.selections;
  }
  return { largest, expanded };
}

class StructureCounter {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Undefined while a fragment is being counted. */
  readonly #counted = new Map<string, Structure | undefined>();

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
  }

  ofOperation(operation: OperationDefinitionNode): Structure {
    const { variableDefinitions = [], directives, selectionSet } = operation;
    const inVariables = variableDefinitions.reduce((sum, each) => sum + lengthOf(each.directives), 0);
    return plus(this.#ofSet(selectionSet), { directives: lengthOf(directives) + inVariables });
  }

  ofFragment(fragment: FragmentDefinitionNode): Structure {
    const name = fragment.name.value;
    if (this.#counted.has(name)) return this.#counted.get(name) ?? endless(fragment);
    this.#counted.set(name, undefined);
    const counted = plus(this.#ofSet(fragment.selectionSet), { directives: lengthOf(fragment.directives) });
    this.#counted.set(name, counted);
    return counted;
  }

  #ofSet({ selections }: SelectionSetNode): Structure {
    return selections.reduce((sum, each) => plus(sum, this.#ofSelection(each)), NOTHING);
  }

  #ofSelection(selection: SelectionNode): Structure {
    const own = { selections: 1, directives: lengthOf(selection.directives) };
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = this.#fragments.get(selection.name.value);
      return plus(fragment ? this.ofFragment(fragment) : NOTHING, own);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return plus(this.#ofSet(selection.selectionSet), own);
    const below = selection.selectionSet ? this.#ofSet(selection.selectionSet) : NOTHING;
    const here = { ...below, depth: below.depth + 1, rootFields: 1 };
    return plus(here, { ...own, aliases: selection.alias ? 1 : 0 });
  }
}

function endless(fragment: FragmentDefinitionNode): never {
  throw new GraphQLError(`Cannot spread fragment "${fragment.name.value}" within itself.`, {
    nodes: fragment,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}

function lengthOf(directives: readonly DirectiveNode[] | undefined): number {
  return directives?.length ?? 0;
}

function plus(left: Structure, right: Partial<Structure>): Structure {
  return {
    depth: Math.max(left.depth, right.depth ?? 0),
    aliases: left.aliases + (right.aliases ?? 0),
    directives: left.directives + (right.directives ?? 0),
    rootFields: left.rootFields + (right.rootFields ?? 0),
    selections: left.selections + (right.selections ?? 0),
  };
}

function larger(left: Structure, right: Structure): Structure {
  return {
    depth: Math.max(left.depth, right.depth),
    aliases: Math.max(left.aliases, right.aliases),
    directives: Math.max(left.directives, right.directives),
    rootFields: Math.max(left.rootFields, right.rootFields),
    selections: Math.max(left.selections, right.selections),
  };
}
