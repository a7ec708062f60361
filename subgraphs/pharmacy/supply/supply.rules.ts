import type { RuleMap } from '../../../shared/rules/rules.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { readsStockOfItsPharmacy } from '../pharmacy/pharmacy.rules.ts';

/** The register of licensed wholesalers is public by law, and of no pharmacy; who buys from whom is another matter. */
export const supplyRules: RuleMap = {
  Query: { suppliers: isLoggedIn },
  Supplier: isLoggedIn,
  SupplierConnection: isLoggedIn,
  SupplierEdge: isLoggedIn,
  PurchaseOrder: readsStockOfItsPharmacy,
};
