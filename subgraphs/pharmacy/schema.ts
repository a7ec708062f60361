import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import { IngredientResolver, SkuResolver, SpuResolver } from './catalogue/sku.resolver.ts';
import type { PharmacyContext } from './context.ts';
import { Prescription } from './external/prescription.ts';
import { rules } from './permissions.ts';
import { PharmacyResolver, WarehouseResolver } from './pharmacy/pharmacy.resolver.ts';
import { BatchResolver } from './stock/batch.resolver.ts';
import { StockAlertResolver } from './stock/stock-alert.resolver.ts';
import { SkuStockResolver, StockLevelResolver } from './stock/stock-level.resolver.ts';
import { SupplyResolver } from './supply/supply.resolver.ts';
import { findVisibleReview, ReviewOfPrescriptionResolver, ReviewResolver } from './review/review.resolver.ts';
import { SafetyResolver } from './safety/safety.resolver.ts';

/** The schema of pharmacy with every field under its rule. */
export function pharmacySchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<PharmacyContext>({
    resolvers: [
      SkuResolver,
      SpuResolver,
      IngredientResolver,
      PharmacyResolver,
      WarehouseResolver,
      SupplyResolver,
      BatchResolver,
      StockLevelResolver,
      SkuStockResolver,
      StockAlertResolver,
      SafetyResolver,
      ReviewResolver,
      ReviewOfPrescriptionResolver,
    ],
    references: {
      Sku: ({ id }, { loaders, services }) => loaders.of(services.skus.byId).load(id),
      Pharmacy: ({ id }, { loaders, services }) => loaders.of(services.pharmacies.byId).load(id),
      Prescription: ({ id }) => Prescription.of(id),
      PrescriptionReview: ({ id }, context) => findVisibleReview(context, id),
    },
    rules,
  });
}
