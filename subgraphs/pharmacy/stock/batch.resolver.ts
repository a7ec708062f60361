import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { holds } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { lineTotalFen, Money } from '../../../shared/money/money.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import type { PharmacyContext } from '../context.ts';
import { assertReadsStockOf } from '../pharmacy/pharmacy.rules.ts';
import { Warehouse } from '../pharmacy/warehouse.entity.ts';
import { PurchaseOrder } from '../supply/purchase-order.entity.ts';
import { Supplier } from '../supply/supplier.entity.ts';
import { Batch } from './batch.entity.ts';
import { BatchConnection, StockMovementConnection } from './stock.connection.ts';
import { ReceiveStockInput, WriteOffStockInput } from './stock.inputs.ts';

@Resolver(() => Batch)
export class BatchResolver {
  @Query(() => Batch, {
    description: 'A batch of a pharmacy whose stock the caller reads. NOT_FOUND for anybody else. 批次',
  })
  async batch(
    @Arg('id', () => ID, { description: 'Identifier, `bat_<ULID>`.' }) id: string,
    @Ctx() context: PharmacyContext,
  ): Promise<Batch> {
    return getReadableBatch(context, id);
  }

  @Query(() => BatchConnection, { description: 'The batches of a pharmacy, for its staff. 批次列表' })
  async batches(
    @Arg('pharmacyId', () => ID, { description: 'The pharmacy, `pha_<ULID>`.' }) pharmacyId: string,
    @Arg('skuId', () => ID, { nullable: true, description: 'Only of this medicine, `sku_<ULID>`.' })
    skuId: string | null | undefined,
    @Arg('lot', () => String, { nullable: true, description: 'Only of this lot. 生产批号' })
    lot: string | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<BatchConnection> {
    assertReadsStockOf(actor, parseId('pha', pharmacyId));
    const filter = {
      pharmacyId,
      skuId: typeof skuId === 'string' ? parseId('sku', skuId) : undefined,
      lot: lot ?? undefined,
    };
    const after = cursorOf(page.after, (text) => parseId('bat', text));
    const size = pageSize(page.first);
    const rows = await services.batches.page(filter, after, size + 1);
    return connectionOf(rows, size, (batch) => batch.id);
  }

  @Query(() => StockMovementConnection, { description: 'The ledger of a batch, oldest first. 库存流水' })
  async stockMovements(
    @Arg('batchId', () => ID, { description: 'The batch, `bat_<ULID>`.' }) batchId: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: PharmacyContext,
  ): Promise<StockMovementConnection> {
    const { id } = await getReadableBatch(context, batchId);
    const after = cursorOf(page.after, (text) => parseId('mov', text));
    const size = pageSize(page.first);
    const rows = await context.services.batches.movements(id, after, size + 1);
    return connectionOf(rows, size, (movement) => movement.id);
  }

  @Mutation(() => Batch, { description: 'Takes in a lot that has come. 入库' })
  async receiveStock(
    @Arg('input', () => ReceiveStockInput, { description: 'The lot.' }) input: ReceiveStockInput,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<Batch> {
    return services.stockIntake.receive(actor, input);
  }

  @Mutation(() => Batch, { description: 'Takes packs out that will not be sold. 报损' })
  async writeOffStock(
    @Arg('input', () => WriteOffStockInput, { description: 'The packs.' }) input: WriteOffStockInput,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<Batch> {
    return services.stockIntake.writeOff(actor, input);
  }

  @FieldResolver(() => Sku, { description: 'The medicine. 药品' })
  async sku(@Root() batch: Batch, @Ctx() { loaders, services }: PharmacyContext): Promise<Sku> {
    return loaders.get(services.skus.byId, batch.skuId, 'Sku');
  }

  @FieldResolver(() => Warehouse, { description: 'Where it lies. 仓库' })
  async warehouse(@Root() batch: Batch, @Ctx() { loaders, services }: PharmacyContext): Promise<Warehouse> {
    return loaders.get(services.pharmacies.warehouseById, batch.warehouseId, 'Warehouse');
  }

  @FieldResolver(() => Supplier, { description: 'Who delivered it. 供应商' })
  async supplier(@Root() batch: Batch, @Ctx() { loaders, services }: PharmacyContext): Promise<Supplier> {
    return loaders.get(services.supply.supplierById, batch.supplierId, 'Supplier');
  }

  @FieldResolver(() => PurchaseOrder, { description: 'Under which order it came. 采购单' })
  async purchaseOrder(
    @Root() batch: Batch,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<PurchaseOrder> {
    return loaders.get(services.supply.purchaseOrderById, batch.purchaseOrderId, 'PurchaseOrder');
  }

  @FieldResolver(() => Money, { description: 'What one pack cost. 进价' })
  unitCost(@Root() batch: Batch): number {
    return lineTotalFen(batch.unitCost, 1);
  }
}

/** @throws AppError BAD_ID; NOT_FOUND, also for a batch of others */
async function getReadableBatch(context: PharmacyContext, id: string): Promise<Batch> {
  const { actor, loaders, services } = context;
  const batch = await loaders.of(services.batches.byId).load(parseId('bat', id));
  if (!batch || !holds(actor, 'stock.read', batch)) {
    throw new AppError('NOT_FOUND', { what: 'Batch' });
  }
  return batch;
}
