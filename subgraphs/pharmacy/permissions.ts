import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { skuRules } from './catalogue/sku.rules.ts';
import { dispensationRules } from './dispensation/dispensation.rules.ts';
import { orderRules } from './order/order.rules.ts';
import { paymentRules } from './payment/payment.rules.ts';
import { reviewRules } from './review/review.rules.ts';
import { safetyRules } from './safety/safety.rules.ts';

export const rules = mergeRules(
  skuRules,
  safetyRules,
  reviewRules,
  paymentRules,
  orderRules,
  dispensationRules,
  { PageInfo: anyone },
);
