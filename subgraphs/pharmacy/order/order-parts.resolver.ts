import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { lineTotalFen, Money } from '../../../shared/money/money.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import type { PharmacyContext } from '../context.ts';
import { Dispensation } from '../dispensation/dispensation.entity.ts';
import { Patient } from '../external/patient.ts';
import { Prescription } from '../external/prescription.ts';
import { InsuranceSettlement } from '../insurance/insurance-settlement.entity.ts';
import { Payment } from '../payment/payment.entity.ts';
import { Pharmacy } from '../pharmacy/pharmacy.entity.ts';
import { OrderAllocation } from './order-allocation.ts';
import { Order, OrderLine } from './order.entity.ts';

/** What belongs to an order, and what it belongs to. */
@Resolver(() => Order)
export class OrderPartsResolver {
  @FieldResolver(() => [OrderLine], { description: 'The medicines. 订单明细' })
  async lines(@Root() { id }: Order, @Ctx() { loaders, services }: PharmacyContext): Promise<OrderLine[]> {
    return (await loaders.of(services.orders.linesOf).load(id)) ?? [];
  }

  @FieldResolver(() => [OrderAllocation], {
    description: 'From which batches to pick it, those that expire first. 拣货批次',
  })
  async allocations(
    @Root() { id }: Order,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<OrderAllocation[]> {
    const holds = await loaders.of(services.orders.holdsOf).load(id);
    return (holds ?? []).map((hold) => Object.assign(new OrderAllocation(), hold));
  }

  @FieldResolver(() => Pharmacy, { description: 'Where it was ordered. 药房' })
  async pharmacy(
    @Root() { pharmacyId }: Order,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Pharmacy> {
    const found = await loaders.of(services.pharmacies.byId).load(pharmacyId);
    if (found === null) throw new AppError('NOT_FOUND', { what: 'Pharmacy' });
    return found;
  }

  @FieldResolver(() => Patient, {
    nullable: true,
    description: 'For whom; null without a prescription. 就诊人',
  })
  patient(@Root() { patientId }: Order): Patient | null {
    return patientId === null ? null : Patient.of(patientId);
  }

  @FieldResolver(() => Prescription, { nullable: true, description: 'On which prescription. 处方' })
  prescription(@Root() { prescriptionId }: Order): Prescription | null {
    return prescriptionId === null ? null : Prescription.of(prescriptionId);
  }

  @FieldResolver(() => Payment, { nullable: true, description: 'Its latest payment. 支付' })
  async payment(
    @Root() { id }: Order,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Payment | null> {
    return loaders.of(services.payments.latestOfOrder).load(id);
  }

  @FieldResolver(() => InsuranceSettlement, { nullable: true, description: "The insurer's part. 医保结算" })
  async insurance(
    @Root() { id }: Order,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<InsuranceSettlement | null> {
    return loaders.of(services.settlements.ofOrder).load(id);
  }

  @FieldResolver(() => Dispensation, { nullable: true, description: 'How it was handed out. 发药记录' })
  async dispensation(
    @Root() { id }: Order,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Dispensation | null> {
    return loaders.of(services.dispensations.ofOrder).load(id);
  }
}

@Resolver(() => OrderLine)
export class OrderLineResolver {
  @FieldResolver(() => Sku, { description: 'Which medicine. 药品' })
  async sku(@Root() { skuId }: OrderLine, @Ctx() { loaders, services }: PharmacyContext): Promise<Sku> {
    const found = await loaders.of(services.skus.byId).load(skuId);
    if (found === null) throw new AppError('NOT_FOUND', { what: 'Sku' });
    return found;
  }

  @FieldResolver(() => Money, { description: 'What one pack cost when it was ordered. 单价' })
  unitPrice(@Root() line: OrderLine): number {
    return lineTotalFen(line.unitPrice, 1);
  }
}
