import { mergeRules } from '../../shared/rules/rules.ts';
import { encounterRules } from './encounter/encounter.rules.ts';
import { saleRules } from './sale/sale.rules.ts';
import { visitRules } from './visit/visit.rules.ts';

export const rules = mergeRules(visitRules, encounterRules, saleRules);
