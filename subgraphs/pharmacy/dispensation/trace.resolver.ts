import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import type { PharmacyContext } from '../context.ts';
import { maySeeOrder } from '../order/order.rules.ts';
import { Batch } from '../stock/batch.entity.ts';
import { PurchaseOrder } from '../supply/purchase-order.entity.ts';
import { getBatch } from './dispensation.resolver.ts';
import { Trace } from './trace.types.ts';

@Resolver(() => Trace)
export class TraceResolver {
  @Query(() => Trace, {
    description:
      'Where a pack came from and where it went, by its code; for its receiver and its pharmacy. 追溯',
  })
  async trace(
    @Arg('code', () => String, { description: '20 digits. 追溯码' }) code: string,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<Trace> {
    if (!/^\d{20}$/.test(code)) throw new AppError('TRACE_CODE_INVALID', { code: code.slice(0, 40) });
    const found = await services.dispensations.ofCode(code);
    if (found === null || !maySeeOrder(actor, found.dispensation)) {
      throw new AppError('NOT_FOUND', { what: 'Trace' });
    }
    return Object.assign(new Trace(), { code, ...found });
  }

  @FieldResolver(() => Sku, { description: 'The medicine. 药品' })
  async sku(@Root() { batchId }: Trace, @Ctx() context: PharmacyContext): Promise<Sku> {
    const { skuId } = await getBatch(context, batchId);
    const found = await context.loaders.of(context.services.skus.byId).load(skuId);
    if (found === null) throw new AppError('NOT_FOUND', { what: 'Sku' });
    return found;
  }

  @FieldResolver(() => Batch, {
    nullable: true,
    description: 'The batch with its supplier, for those who read the stock. 批次',
  })
  async batch(@Root() { batchId }: Trace, @Ctx() context: PharmacyContext): Promise<Batch> {
    return getBatch(context, batchId);
  }

  @FieldResolver(() => PurchaseOrder, {
    nullable: true,
    description: 'How it was bought, for those who read the stock. 采购单',
  })
  async purchaseOrder(
    @Root() { batchId }: Trace,
    @Ctx() context: PharmacyContext,
  ): Promise<PurchaseOrder | null> {
    const { purchaseOrderId } = await getBatch(context, batchId);
    return context.loaders.of(context.services.supply.purchaseOrderById).load(purchaseOrderId);
  }
}
