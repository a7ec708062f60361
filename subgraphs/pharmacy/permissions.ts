import { mergeRules } from '../../shared/rules/rules.ts';

export const rules = mergeRules();
