import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import { IngredientResolver, SkuResolver, SpuResolver } from './catalogue/sku.resolver.ts';
import type { PharmacyContext } from './context.ts';
import { PaymentResolver } from './payment/payment.resolver.ts';
import { rules } from './permissions.ts';

/** The schema of pharmacy with every field under its rule. */
export function pharmacySchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<PharmacyContext>({
    resolvers: [SkuResolver, SpuResolver, IngredientResolver, PaymentResolver],
    references: {
      Sku: ({ id }, { loaders, services }) => loaders.of(services.skus.byId).load(id),
    },
    rules,
  });
}
