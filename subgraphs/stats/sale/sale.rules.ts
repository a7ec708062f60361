import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';
import { mayReadStats } from '../range/stats.rules.ts';

export const saleRules: RuleMap = {
  Query: { topDrugs: mayReadStats },
  TopDrug: mayReadStats,
  Sku: { id: anyone },
};
