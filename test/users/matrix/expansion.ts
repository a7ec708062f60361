import { getNamedType, type GraphQLField, type GraphQLObjectType, isObjectType } from 'graphql';
import { argumentsOf, type Values } from './operation.ts';

/** Pages of pages tell nothing new. */
const DEEPEST = 7;

export interface Expansion {
  readonly text: string;
  readonly declared: ReadonlySet<string>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Each `Type.field` that is asked for. */
  readonly asked: ReadonlySet<string>;
}

/** A field with everything below it, but for what leads back to where it came from. */
export function expanded(
  owner: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  values: Values,
  path: readonly string[] = [],
): Expansion | undefined {
  const type = getNamedType(field.type);
  const call = argumentsOf(field, values);
  const head = `${field.name}${call.text}`;
  const asked = new Set([`${owner.name}.${field.name}`]);
  if (!isObjectType(type)) return { ...call, text: head, declared: new Set(call.declared), asked };
  if (path.includes(type.name) || path.length === DEEPEST) return undefined;
  const declared = new Set(call.declared);
  const variables = { ...call.variables };
  const below: string[] = [];
  for (const each of Object.values(type.getFields())) {
    const inner = expanded(type, each, values, [...path, type.name]);
    if (inner === undefined) continue;
    below.push(inner.text);
    for (const one of inner.declared) declared.add(one);
    for (const one of inner.asked) asked.add(one);
    Object.assign(variables, inner.variables);
  }
  return { text: `${head} { ${['__typename', ...below].join(' ')} }`, declared, variables, asked };
}
