import { PersonalDataResolver } from '../../shared/privacy/personal-data.resolver.ts';
import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import { IngredientResolver, SkuResolver, SpuResolver } from './catalogue/sku.resolver.ts';
import type { PharmacyContext } from './context.ts';
import { Prescription } from './external/prescription.ts';
import {
  DispensationLineResolver,
  DispensationResolver,
  findVisibleDispensation,
} from './dispensation/dispensation.resolver.ts';
import { TraceResolver } from './dispensation/trace.resolver.ts';
import { Account } from './external/account.ts';
import { Patient } from './external/patient.ts';
import { OrderLineResolver, OrderPartsResolver } from './order/order-parts.resolver.ts';
import { findVisibleOrder, OrderResolver, OrdersOfPatientResolver } from './order/order.resolver.ts';
import { PayableClosingResolver } from './payment/payable-closing.resolver.ts';
import { PaymentResolver } from './payment/payment.resolver.ts';
import { rules } from './permissions.ts';
import { pharmacyQuotas } from './quotas.ts';
import { PharmacyResolver, WarehouseResolver } from './pharmacy/pharmacy.resolver.ts';
import { BatchResolver } from './stock/batch.resolver.ts';
import { StockAlertResolver } from './stock/stock-alert.resolver.ts';
import { SkuStockResolver, StockLevelResolver } from './stock/stock-level.resolver.ts';
import { SupplyResolver } from './supply/supply.resolver.ts';
import { findVisibleReview, ReviewOfPrescriptionResolver, ReviewResolver } from './review/review.resolver.ts';
import { ReviewAssignmentResolver } from './review/review-assignment.resolver.ts';
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
      ReviewAssignmentResolver,
      PaymentResolver,
      PayableClosingResolver,
      OrderResolver,
      OrderPartsResolver,
      OrderLineResolver,
      OrdersOfPatientResolver,
      DispensationResolver,
      DispensationLineResolver,
      TraceResolver,
      PersonalDataResolver,
    ],
    references: {
      Pharmacy: ({ id }, { loaders, services }) => loaders.of(services.pharmacies.byId).load(id),
      Sku: ({ id }, { loaders, services }) => loaders.of(services.skus.byId).load(id),
      Prescription: ({ id }) => Prescription.of(id),
      Account: ({ id }) => Account.of(id),
      Patient: ({ id }) => Patient.of(id),
      Order: ({ id }, context) => findVisibleOrder(context, id),
      Dispensation: ({ id }, context) => findVisibleDispensation(context, id),
      PrescriptionReview: ({ id }, context) => findVisibleReview(context, id),
    },
    rules,
    quotas: pharmacyQuotas,
  });
}
