import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { SkuStore } from './catalogue/sku.store.ts';
import type { PaymentServices } from './payment/payment.wiring.ts';

export interface PharmacyServices extends PaymentServices {
  readonly skus: SkuStore;
}

export interface PharmacyContext extends GraphqlContext {
  readonly services: PharmacyServices;
}
