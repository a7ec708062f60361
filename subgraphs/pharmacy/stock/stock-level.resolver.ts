import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import type { PharmacyContext } from '../context.ts';
import { assertReadsStockOf } from '../pharmacy/pharmacy.rules.ts';
import { Warehouse } from '../pharmacy/warehouse.entity.ts';
import { StockLevelConnection } from './stock.connection.ts';
import { SetStockThresholdInput } from './stock.inputs.ts';
import { StockLevel } from './stock-level.entity.ts';
import { pairKey, type Sums } from './stock-level.store.ts';

@Resolver(() => StockLevel)
export class StockLevelResolver {
  @Query(() => StockLevelConnection, { description: 'What a pharmacy has, for its staff. 库存列表' })
  async stockLevels(
    @Arg('pharmacyId', () => ID, { description: 'The pharmacy, `pha_<ULID>`.' }) pharmacyId: string,
    @Arg('isLow', () => Boolean, { defaultValue: false, description: 'Only what is low. 仅低库存' })
    isLow: boolean,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<StockLevelConnection> {
    assertReadsStockOf(actor, parseId('pha', pharmacyId));
    const after = cursorOf(page.after, pairOf);
    const size = pageSize(page.first);
    const filter = { pharmacyId, isLow: isLow || undefined };
    const rows = await services.stockLevels.page(filter, after, size + 1);
    return connectionOf(rows, size, ({ skuId, warehouseId }) => `${skuId}:${warehouseId}`);
  }

  @Mutation(() => StockLevel, { description: 'Sets from when on stock of a medicine is low. 设置预警阈值' })
  async setStockThreshold(
    @Arg('input', () => SetStockThresholdInput, { description: 'The threshold.' })
    input: SetStockThresholdInput,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<StockLevel> {
    return services.stockThresholds.set(actor, input);
  }

  @FieldResolver(() => Sku, { description: 'The medicine. 药品' })
  async sku(@Root() level: StockLevel, @Ctx() { loaders, services }: PharmacyContext): Promise<Sku> {
    return loaders.get(services.skus.byId, level.skuId, 'Sku');
  }

  @FieldResolver(() => Warehouse, { description: 'Where it lies. 仓库' })
  async warehouse(
    @Root() level: StockLevel,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Warehouse> {
    return loaders.get(services.pharmacies.warehouseById, level.warehouseId, 'Warehouse');
  }

  @FieldResolver(() => Int, { description: 'Packs that may be sold. 可用数量' })
  async available(@Root() level: StockLevel, @Ctx() context: PharmacyContext): Promise<number> {
    return (await sumsOf(level, context))?.available ?? 0;
  }

  @FieldResolver(() => Int, { description: 'Packs held for orders. 占用数量' })
  async held(@Root() level: StockLevel, @Ctx() context: PharmacyContext): Promise<number> {
    return (await sumsOf(level, context))?.held ?? 0;
  }

  @FieldResolver(() => Int, { description: 'Packs that have expired and wait to be written off. 过期数量' })
  async expired(@Root() level: StockLevel, @Ctx() context: PharmacyContext): Promise<number> {
    return (await sumsOf(level, context))?.expired ?? 0;
  }
}

@Resolver(() => Sku)
export class SkuStockResolver {
  @FieldResolver(() => Int, { description: 'Packs that the pharmacy may sell now. 可售数量' })
  async available(
    @Root() sku: Sku,
    @Arg('pharmacyId', () => ID, { description: 'The pharmacy, `pha_<ULID>`.' }) pharmacyId: string,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<number> {
    const key = pairKey(parseId('pha', pharmacyId), sku.id);
    return (await loaders.of(services.stockLevels.available).load(key)) ?? 0;
  }
}

async function sumsOf(level: StockLevel, { loaders, services }: PharmacyContext): Promise<Sums | null> {
  return loaders.of(services.stockLevels.sums).load(pairKey(level.warehouseId, level.skuId));
}

function pairOf(text: string): [string, string] {
  const [skuId = '', warehouseId = ''] = text.split(':');
  return [parseId('sku', skuId), parseId('whs', warehouseId)];
}
