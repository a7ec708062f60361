import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { SkuStore } from './catalogue/sku.store.ts';
import type { PharmacyStore } from './pharmacy/pharmacy.store.ts';
import type { StockServices } from './stock/stock.wiring.ts';
import type { SupplyStore } from './supply/supply.store.ts';

export interface PharmacyServices extends StockServices {
  readonly skus: SkuStore;
  readonly pharmacies: PharmacyStore;
  readonly supply: SupplyStore;
}

export interface PharmacyContext extends GraphqlContext {
  readonly services: PharmacyServices;
}
