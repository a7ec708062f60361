import type { RuleMap } from '../../../shared/rules/rules.ts';
import { readsStockOfItsPharmacy, readsStockSomewhere } from '../pharmacy/pharmacy.rules.ts';

export const supplyRules: RuleMap = {
  Query: { suppliers: readsStockSomewhere },
  Supplier: readsStockSomewhere,
  SupplierConnection: readsStockSomewhere,
  SupplierEdge: readsStockSomewhere,
  PurchaseOrder: readsStockOfItsPharmacy,
};
