import { type GraphQLSchema, isObjectType } from 'graphql';
import type { Rule, RuleMap } from './rules.ts';

const FEDERATION = /^(__|_Service$|_Entity$|_Any$)/;

/**
 * `Type.field` → name of the rule, for every object type of a subgraph.
 * @throws Error naming each field without a rule and each rule without a field.
 */
export function permissionTableOf(schema: GraphQLSchema, rules: RuleMap): Record<string, string> {
  const table: Record<string, string> = {};
  const problems: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || FEDERATION.test(type.name)) continue;
    for (const field of Object.keys(type.getFields())) {
      if (field.startsWith('_')) continue;
      const given = ruleOf(rules, type.name, field);
      if (given === undefined) problems.push(`${type.name}.${field} has no rule`);
      else table[`${type.name}.${field}`] = given.name;
    }
  }
  for (const [type, value] of Object.entries(rules)) {
    const fields = typeof value.name === 'string' ? [] : Object.keys(value);
    const known = schema.getType(type);
    if (!isObjectType(known)) problems.push(`there is a rule for ${type}, which is not in the schema`);
    else
      for (const field of fields)
        if (!known.getFields()[field]) problems.push(`there is no ${type}.${field}`);
  }
  if (problems.length > 0) throw new Error(`permissions: ${problems.join('; ')}`);
  return table;
}

function ruleOf(rules: RuleMap, type: string, field: string): Rule | undefined {
  const value = rules[type];
  if (value === undefined) return undefined;
  if (typeof value.name === 'string') return value as Rule;
  return (value as Record<string, Rule>)[field];
}
