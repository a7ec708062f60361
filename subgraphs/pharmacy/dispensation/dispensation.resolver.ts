import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import type { PharmacyContext } from '../context.ts';
import { Account } from '../external/account.ts';
import { Order } from '../order/order.entity.ts';
import { maySeeOrder } from '../order/order.rules.ts';
import { ReviewCheck } from '../review/review-items.ts';
import { Batch } from '../stock/batch.entity.ts';
import { Dispensation, DispensationLine } from './dispensation.entity.ts';
import { DispenseInput } from './dispensation.inputs.ts';

@Resolver(() => Dispensation)
export class DispensationResolver {
  @Query(() => Dispensation, {
    description: 'What was handed out, to the caller or at their pharmacy. 发药记录',
  })
  async dispensation(
    @Arg('id', () => ID, { description: 'Identifier, `dsp_<ULID>`.' }) id: string,
    @Ctx() context: PharmacyContext,
  ): Promise<Dispensation> {
    const found = await findVisibleDispensation(context, parseId('dsp', id));
    if (found === null) throw new AppError('NOT_FOUND', { what: 'Dispensation' });
    return found;
  }

  @Mutation(() => Dispensation, {
    description: 'Hands out all of a paid order: on a valid, approved prescription, and each pack once. 发药',
  })
  async dispense(
    @Arg('input', () => DispenseInput, { description: 'What.' }) input: DispenseInput,
    @Ctx() { actor, loaders, services }: PharmacyContext,
  ): Promise<Dispensation> {
    const id = await services.dispensing.dispense(actor, input);
    const made = await loaders.of(services.dispensations.byId).load(id);
    if (made === null) throw new AppError('NOT_FOUND', { what: 'Dispensation' });
    return made;
  }

  @FieldResolver(() => Order, { description: 'The order. 订单' })
  async order(
    @Root() { orderId }: Dispensation,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Order> {
    const found = await loaders.of(services.orders.byId).load(orderId);
    if (found === null) throw new AppError('NOT_FOUND', { what: 'Order' });
    return found;
  }

  @FieldResolver(() => [DispensationLine], { description: 'The packs, by batch. 发药明细' })
  async lines(
    @Root() { id }: Dispensation,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<DispensationLine[]> {
    return (await loaders.of(services.dispensations.linesOf).load(id)) ?? [];
  }

  @FieldResolver(() => Account, { description: 'Who handed it out. 发药药师' })
  pharmacist(@Root() { pharmacistAccountId }: Dispensation): Account {
    return Account.of(pharmacistAccountId);
  }

  @FieldResolver(() => [ReviewCheck], { name: 'checks', description: 'What was compared. 四查十对' })
  comparedItems(@Root() { checks }: Dispensation): ReviewCheck[] {
    return JSON.parse(checks) as ReviewCheck[];
  }
}

@Resolver(() => DispensationLine)
export class DispensationLineResolver {
  @FieldResolver(() => Sku, { description: 'Which medicine. 药品' })
  async sku(
    @Root() { skuId }: DispensationLine,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Sku> {
    const found = await loaders.of(services.skus.byId).load(skuId);
    if (found === null) throw new AppError('NOT_FOUND', { what: 'Sku' });
    return found;
  }

  @FieldResolver(() => Batch, { description: 'From which batch, for those who read the stock. 批次' })
  async batch(@Root() { batchId }: DispensationLine, @Ctx() context: PharmacyContext): Promise<Batch> {
    return getBatch(context, batchId);
  }

  @FieldResolver(() => String, { description: "The manufacturer's lot number. 生产批号" })
  async lot(@Root() { batchId }: DispensationLine, @Ctx() context: PharmacyContext): Promise<string> {
    return (await getBatch(context, batchId)).lot;
  }

  @FieldResolver(() => CalendarDate, { description: 'The last day on which it may be taken. 有效期至' })
  async expiresOn(@Root() { batchId }: DispensationLine, @Ctx() context: PharmacyContext): Promise<string> {
    return (await getBatch(context, batchId)).expiresOn;
  }

  @FieldResolver(() => [String], { description: 'The code of each pack. 追溯码' })
  async traceCodes(
    @Root() { dispensationId, batchId }: DispensationLine,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<string[]> {
    const codes = await loaders.of(services.dispensations.codesOf).load(dispensationId);
    return (codes ?? []).filter((each) => each.batchId === batchId).map((each) => each.code);
  }
}

/** Null also for one that the caller may not see. */
export async function findVisibleDispensation(
  { actor, loaders, services }: PharmacyContext,
  id: string,
): Promise<Dispensation | null> {
  const found = await loaders.of(services.dispensations.byId).load(id);
  return found !== null && maySeeOrder(actor, found) ? found : null;
}

/** @throws AppError NOT_FOUND */
export async function getBatch({ loaders, services }: PharmacyContext, id: string): Promise<Batch> {
  const found = await loaders.of(services.batches.byId).load(id);
  if (found === null) throw new AppError('NOT_FOUND', { what: 'Batch' });
  return found;
}
