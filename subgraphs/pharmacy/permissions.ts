import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { skuRules } from './catalogue/sku.rules.ts';
import { reviewRules } from './review/review.rules.ts';
import { safetyRules } from './safety/safety.rules.ts';

export const rules = mergeRules(skuRules, safetyRules, reviewRules, { PageInfo: anyone });
