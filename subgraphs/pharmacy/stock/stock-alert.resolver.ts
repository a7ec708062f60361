import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root, Subscription } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import type { PharmacyContext } from '../context.ts';
import { assertReadsStockOf } from '../pharmacy/pharmacy.rules.ts';
import { Warehouse } from '../pharmacy/warehouse.entity.ts';
import { StockAlert } from './stock-alert.entity.ts';

@Resolver(() => StockAlert)
export class StockAlertResolver {
  @Subscription(() => StockAlert, {
    description: 'Alerts after a number: first what was missed, then each new one. 实时库存预警',
    subscribe: ({ args, context }) => follow(context as PharmacyContext, args as FollowArgs),
  })
  stockAlertRaised(
    @Root() alert: StockAlert,
    @Arg('pharmacyId', () => ID, { description: 'The pharmacy, `pha_<ULID>`.' }) _id: string,
    @Arg('afterSeq', () => Int, {
      defaultValue: 0,
      description: 'The last number that the caller has; 0 for all.',
    })
    _afterSeq: number,
  ): StockAlert {
    return alert;
  }

  @FieldResolver(() => Sku, { description: 'The medicine. 药品' })
  async sku(@Root() alert: StockAlert, @Ctx() { loaders, services }: PharmacyContext): Promise<Sku> {
    return loaders.get(services.skus.byId, alert.skuId, 'Sku');
  }

  @FieldResolver(() => Warehouse, { description: 'Where it is low. 仓库' })
  async warehouse(
    @Root() alert: StockAlert,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Warehouse> {
    return loaders.get(services.pharmacies.warehouseById, alert.warehouseId, 'Warehouse');
  }
}

interface FollowArgs {
  readonly pharmacyId: string;
  readonly afterSeq: number;
}

/** A rule on a subscription stops each event, but not the subscribing: that is decided here. */
async function* follow(
  { actor, services }: PharmacyContext,
  { pharmacyId, afterSeq }: FollowArgs,
): AsyncGenerator<StockAlert> {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  assertReadsStockOf(actor, parseId('pha', pharmacyId));
  yield* services.stockWatch.follow(pharmacyId, Math.max(0, afterSeq));
}
