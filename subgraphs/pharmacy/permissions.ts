import { personalDataRules } from '../../shared/privacy/personal-data.resolver.ts';
import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { skuRules } from './catalogue/sku.rules.ts';
import { pharmacyRules } from './pharmacy/pharmacy.rules.ts';
import { stockRules } from './stock/stock.rules.ts';
import { supplyRules } from './supply/supply.rules.ts';
import { dispensationRules } from './dispensation/dispensation.rules.ts';
import { orderRules } from './order/order.rules.ts';
import { payableClosingRules } from './payment/payable-closing.resolver.ts';
import { paymentRules } from './payment/payment.rules.ts';
import { reviewRules } from './review/review.rules.ts';
import { safetyRules } from './safety/safety.rules.ts';

export const rules = mergeRules(
  skuRules,
  pharmacyRules,
  supplyRules,
  stockRules,
  safetyRules,
  reviewRules,
  paymentRules,
  payableClosingRules,
  orderRules,
  dispensationRules,
  personalDataRules,
  { PageInfo: anyone },
);
