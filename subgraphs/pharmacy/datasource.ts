import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Ingredient } from './catalogue/ingredient.entity.ts';
import { Sku } from './catalogue/sku.entity.ts';
import { Spu } from './catalogue/spu.entity.ts';
import { Dispensation, DispensationLine, TraceCode } from './dispensation/dispensation.entity.ts';
import { InsuranceSettlement } from './insurance/insurance-settlement.entity.ts';
import { Catalogue1764800000000 } from './migrations/1764800000000-catalogue.ts';
import { Stock1764810000000 } from './migrations/1764810000000-stock.ts';
import { Pharmacy } from './pharmacy/pharmacy.entity.ts';
import { Warehouse } from './pharmacy/warehouse.entity.ts';
import { Batch } from './stock/batch.entity.ts';
import { StockAlert } from './stock/stock-alert.entity.ts';
import { StockHold } from './stock/stock-hold.entity.ts';
import { StockLevel } from './stock/stock-level.entity.ts';
import { StockMovement } from './stock/stock-movement.entity.ts';
import { PurchaseOrder } from './supply/purchase-order.entity.ts';
import { Supplier } from './supply/supplier.entity.ts';
import { SafetyRulesAndReviews1764900000000 } from './migrations/1764900000000-safety-rules-and-reviews.ts';
import { Payments1765000000000 } from './migrations/1765000000000-payments.ts';
import { Insurance1765010000000 } from './migrations/1765010000000-insurance.ts';
import { Orders1765020000000 } from './migrations/1765020000000-orders.ts';
import { OrderLimits1767100000000 } from './migrations/1767100000000-order-limits.ts';
import { ReviewingPharmacies1767200000000 } from './migrations/1767200000000-reviewing-pharmacies.ts';
import { PayableClosures1767110000000 } from './migrations/1767110000000-payable-closures.ts';
import { Order, OrderLine } from './order/order.entity.ts';
import { Payment, Refund } from './payment/payment.entity.ts';
import { PrescriptionReview } from './review/prescription-review.entity.ts';
import { PrescriptionLine, SnapshotRow } from './review/prescription-snapshot.entity.ts';
import { ReviewingPharmacy } from './review/reviewing-pharmacy.entity.ts';
import { SafetyRule } from './safety/safety-rule.entity.ts';

const catalogue = [Spu, Sku, Ingredient];
const stock = [Batch, StockMovement, StockHold, StockLevel, StockAlert];
const places = [Pharmacy, Warehouse, Supplier, PurchaseOrder];
const review = [SafetyRule, SnapshotRow, PrescriptionLine, PrescriptionReview, ReviewingPharmacy];
const money = [Payment, Refund, InsuranceSettlement];
const sale = [Order, OrderLine, Dispensation, DispensationLine, TraceCode];

export const database: DatabaseParts = {
  entities: [...catalogue, ...places, ...stock, ...review, ...money, ...sale],
  migrations: [
    Catalogue1764800000000,
    Stock1764810000000,
    SafetyRulesAndReviews1764900000000,
    Payments1765000000000,
    Insurance1765010000000,
    Orders1765020000000,
    OrderLimits1767100000000,
    ReviewingPharmacies1767200000000,
    PayableClosures1767110000000,
  ],
};
