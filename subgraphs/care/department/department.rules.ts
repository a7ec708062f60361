import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

export const departmentRules: RuleMap = { Query: { departments: anyone }, Department: anyone };
