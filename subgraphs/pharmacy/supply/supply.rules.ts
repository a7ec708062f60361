import type { RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import { managesStockSomewhere, readsStockOfItsPharmacy } from '../pharmacy/pharmacy.rules.ts';

/**
 * The register of wholesalers is of no pharmacy, so whoever takes in stock at any chooses from all of it. One of them is
 * also seen behind a batch or a purchase order, by who reads the stock there.
 */
export const supplyRules: RuleMap = {
  Query: { suppliers: managesStockSomewhere },
  Supplier: somewhere('stock.manage', 'stock.read'),
  SupplierConnection: managesStockSomewhere,
  SupplierEdge: managesStockSomewhere,
  PurchaseOrder: readsStockOfItsPharmacy,
};
