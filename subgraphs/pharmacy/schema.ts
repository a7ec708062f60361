import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import { IngredientResolver, SkuResolver, SpuResolver } from './catalogue/sku.resolver.ts';
import type { PharmacyContext } from './context.ts';
import { Prescription } from './external/prescription.ts';
import { rules } from './permissions.ts';
import { findVisibleReview, ReviewOfPrescriptionResolver, ReviewResolver } from './review/review.resolver.ts';
import { SafetyResolver } from './safety/safety.resolver.ts';

/** The schema of pharmacy with every field under its rule. */
export function pharmacySchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<PharmacyContext>({
    resolvers: [
      SkuResolver,
      SpuResolver,
      IngredientResolver,
      SafetyResolver,
      ReviewResolver,
      ReviewOfPrescriptionResolver,
    ],
    references: {
      Sku: ({ id }, { loaders, services }) => loaders.of(services.skus.byId).load(id),
      Prescription: ({ id }) => Prescription.of(id),
      PrescriptionReview: ({ id }, context) => findVisibleReview(context, id),
    },
    rules,
  });
}
