import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Ingredient } from './catalogue/ingredient.entity.ts';
import { Sku } from './catalogue/sku.entity.ts';
import { Spu } from './catalogue/spu.entity.ts';
import { Catalogue1764800000000 } from './migrations/1764800000000-catalogue.ts';
import { Insurance1765010000000 } from './migrations/1765010000000-insurance.ts';
import { Payments1765000000000 } from './migrations/1765000000000-payments.ts';
import { InsuranceSettlement } from './insurance/insurance-settlement.entity.ts';
import { Payment, Refund } from './payment/payment.entity.ts';

export const database: DatabaseParts = {
  entities: [Spu, Sku, Ingredient, Payment, Refund, InsuranceSettlement],
  migrations: [Catalogue1764800000000, Payments1765000000000, Insurance1765010000000],
};
