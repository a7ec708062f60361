import { randomUUID } from 'node:crypto';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';

/** Values for arguments by their names, wherever they stand; `idempotencyKey` is always a new one. */
export type Values = Readonly<Record<string, unknown>>;

const SCALARS: Record<string, unknown> = {
  String: 'text',
  Int: 1,
  Float: 1,
  Boolean: true,
  ID: 'pat_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  BloodPressure: '120/80 mmHg',
  Date: '2020-01-01',
  DateTime: '2020-01-01T00:00:00.000Z',
  Money: '1.00',
};

/**
 * The arguments of a field, the required ones filled.
 * @param isFull the optional ones too
 */
export function argumentsOf(field: GraphQLField<unknown, unknown>, values: Values, isFull = false) {
  const given = field.args.filter(({ name, type }) => isFull || isNonNullType(type) || name in values);
  const passed = given.map((each) => `${each.name}: $${variableOf(each)}`).join(', ');
  return {
    text: passed && `(${passed})`,
    declared: given.map((each) => `$${variableOf(each)}: ${String(each.type)}`),
    variables: Object.fromEntries(
      given.map((each) => [variableOf(each), valueOf(each.name, each.type, values, isFull)]),
    ),
  };
}

/** Arguments of one name may be of several types in one operation: `from_DateTime` and `from_DateTime_`. */
function variableOf({ name, type }: { name: string; type: GraphQLInputType }): string {
  return `${name}_${String(type).replace(/\W/g, '_')}`;
}

/** A call of a field with the least that can be asked of it. @param isFull with the optional arguments too */
export function callOf(field: GraphQLField<unknown, unknown>, values: Values, isFull = false) {
  const call = argumentsOf(field, values, isFull);
  return { ...call, text: `${field.name}${call.text}${selectionOf(field.type)}` };
}

/** An operation of one root field. @param isFull with the optional arguments too */
export function operationOf(
  root: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  values: Values,
  isFull = false,
): { query: string; variables: Record<string, unknown> } {
  const { text, declared, variables } = callOf(field, values, isFull);
  const head = declared.length === 0 ? '' : ` (${declared.join(', ')})`;
  return { query: `${root.name.toLowerCase()}${head} { ${text} }`, variables };
}

function valueOf(name: string, type: GraphQLInputType, values: Values, isFull: boolean): unknown {
  if (name === 'idempotencyKey') return randomUUID();
  if (name in values) return values[name];
  if (isNonNullType(type)) return valueOf(name, type.ofType, values, isFull);
  if (isListType(type)) return [valueOf(name, type.ofType, values, isFull)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return Object.fromEntries(
      fields
        .filter(
          (each) =>
            isFull || (isNonNullType(each.type) && each.defaultValue === undefined) || each.name in values,
        )
        .map((each) => [each.name, valueOf(each.name, each.type, values, isFull)]),
    );
  }
  const value = SCALARS[getNamedType(type).name];
  if (value === undefined) throw new Error(`no value for ${name}: ${String(type)}`);
  return value;
}

/** Just enough of a selection for a field: none of a leaf, and nothing that has a rule of its own. */
function selectionOf(type: GraphQLOutputType): string {
  return isLeafType(getNamedType(type)) ? '' : ' { __typename }';
}
