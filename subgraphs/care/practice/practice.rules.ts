import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

export const practiceRules: RuleMap = { Doctor: { id: anyone, hospital: anyone, department: anyone } };
