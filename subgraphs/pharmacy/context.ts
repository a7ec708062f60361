import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { PersonalDataServices } from '../../shared/privacy/personal-data.resolver.ts';
import type { SkuStore } from './catalogue/sku.store.ts';
import type { OrderServices } from './order/order.wiring.ts';
import type { PharmacyStore } from './pharmacy/pharmacy.store.ts';
import type { PrescriptionStore } from './review/prescription.store.ts';
import type { ReviewAssignmentService } from './review/review-assignment.service.ts';
import type { ReviewPlacesStore } from './review/review-places.store.ts';
import type { ReviewReader } from './review/review.reader.ts';
import type { ReviewService } from './review/review.service.ts';
import type { ReviewStore } from './review/review.store.ts';
import type { SnapshotIntake } from './review/snapshot-intake.service.ts';
import type { SafetyService } from './safety/safety.service.ts';
import type { StockServices } from './stock/stock.wiring.ts';
import type { SupplyStore } from './supply/supply.store.ts';

export interface PharmacyServices extends StockServices, OrderServices, PersonalDataServices {
  readonly skus: SkuStore;
  readonly pharmacies: PharmacyStore;
  readonly supply: SupplyStore;
  readonly safety: SafetyService;
  readonly snapshotIntake: SnapshotIntake;
  readonly reviewStore: ReviewStore;
  readonly reviewPlaces: ReviewPlacesStore;
  readonly reviewAssignments: ReviewAssignmentService;
  readonly reviewReader: ReviewReader;
  readonly reviews: ReviewService;
  readonly prescriptions: PrescriptionStore;
}

export interface PharmacyContext extends GraphqlContext {
  readonly services: PharmacyServices;
}
