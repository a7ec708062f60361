import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { SkuStore } from './catalogue/sku.store.ts';

export interface PharmacyServices {
  readonly skus: SkuStore;
}

export interface PharmacyContext extends GraphqlContext {
  readonly services: PharmacyServices;
}
