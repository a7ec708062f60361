import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type FieldNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/**
 * How many comparisons the validation needs to tell whether fields can be merged: pairs of fields that go by the same
 * name at the same place of the answer, and pairs of fragments that are spread at the same place. The number of
 * expanded selections, of each definition and of all together, must have been bounded before.
 */
export function overlapsOf({ definitions }: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  return definitions.reduce((largest, each) => {
    if (!('selectionSet' in each)) return largest;
    return Math.max(largest, overlapsIn([each.selectionSet], fragments));
  }, 0);
}

function overlapsIn(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): number {
  const byName = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const each of selections) {
      if (each.kind === Kind.INLINE_FRAGMENT) collect(each.selectionSet);
      if (each.kind === Kind.FIELD) {
        const name = (each.alias ?? each.name).value;
        const same = byName.get(name);
        if (same) same.push(each);
        else byName.set(name, [each]);
      }
      if (each.kind === Kind.FRAGMENT_SPREAD && !spread.has(each.name.value)) {
        spread.add(each.name.value);
        const fragment = fragments.get(each.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  for (const each of sets) collect(each);
  let found = pairs(spread.size);
  for (const fields of byName.values()) {
    found += pairs(fields.length);
    const below = fields.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
    if (below.length > 0) found += overlapsIn(below, fragments);
  }
  return found;
}

function pairs(count: number): number {
  return (count * (count - 1)) / 2;
}
