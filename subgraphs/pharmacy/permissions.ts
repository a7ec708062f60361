import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { skuRules } from './catalogue/sku.rules.ts';

export const rules = mergeRules(skuRules, { PageInfo: anyone });
