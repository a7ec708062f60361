import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { skuRules } from './catalogue/sku.rules.ts';
import { paymentRules } from './payment/payment.rules.ts';

export const rules = mergeRules(skuRules, paymentRules, { PageInfo: anyone });
