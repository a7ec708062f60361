import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { actorId, holds } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { PharmacyContext } from '../context.ts';
import { Patient } from '../external/patient.ts';
import { OrderConnection } from './order.connection.ts';
import { Order, OrderStatus } from './order.entity.ts';
import { CancelOrderInput, PlaceOrderInput } from './order.inputs.ts';
import { maySeeOrder } from './order.rules.ts';
import type { OrderFilter } from './order.store.ts';

@Resolver(() => Order)
export class OrderResolver {
  @Query(() => Order, {
    description: 'An order of the caller, or of their pharmacy. NOT_FOUND for others. 订单',
  })
  async order(
    @Arg('id', () => ID, { description: 'Identifier, `ord_<ULID>`.' }) id: string,
    @Ctx() context: PharmacyContext,
  ): Promise<Order> {
    const found = await findVisibleOrder(context, parseId('ord', id));
    if (found === null) throw new AppError('NOT_FOUND', { what: 'Order' });
    return found;
  }

  @Query(() => OrderConnection, { description: "The caller's orders. 我的订单" })
  async myOrders(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: PharmacyContext,
  ): Promise<OrderConnection> {
    return page(context, { accountId: actorId(context.actor) }, args);
  }

  @Query(() => OrderConnection, {
    description: 'The orders of a pharmacy, for those who work there. 药房订单',
  })
  async pharmacyOrders(
    @Arg('pharmacyId', () => ID, { description: 'Which, `pha_<ULID>`. 药房' }) pharmacyId: string,
    @Arg('status', () => OrderStatus, { nullable: true, description: 'Only these. 状态' })
    status: OrderStatus | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: PharmacyContext,
  ): Promise<OrderConnection> {
    if (!holds(context.actor, 'order.read', { pharmacyId: parseId('pha', pharmacyId) })) {
      throw new AppError('NOT_FOUND', { what: 'Pharmacy' });
    }
    return page(context, { pharmacyId, ...(status != null && { status }) }, args);
  }

  @Mutation(() => Order, {
    description: 'Orders medicine; it is held for fifteen minutes, within which it is to be paid. 下单',
  })
  async placeOrder(
    @Arg('input', () => PlaceOrderInput, { description: 'What, and where.' }) input: PlaceOrderInput,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<Order> {
    const id = await services.orderPlacing.place(actor, input);
    await services.orderInsurance.complete(actor, await getOrder(services, id));
    return getOrder(services, id);
  }

  @Mutation(() => Order, {
    description: 'Cancels an order that was not handed out; what was paid goes back. 取消订单',
  })
  async cancelOrder(
    @Arg('input', () => CancelOrderInput, { description: 'Which.' }) input: CancelOrderInput,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<Order> {
    return getOrder(services, await services.orderEnding.cancel(actor, input));
  }
}

@Resolver(() => Patient)
export class OrdersOfPatientResolver {
  @FieldResolver(() => OrderConnection, { description: "The caller's orders for this patient. 药品订单" })
  async orders(
    @Root() patient: Patient,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: PharmacyContext,
  ): Promise<OrderConnection> {
    return page(context, { patientId: patient.id, accountId: actorId(context.actor) }, args);
  }
}

/** Null also for one that the caller may not see. */
export async function findVisibleOrder(
  { actor, loaders, services }: PharmacyContext,
  id: string,
): Promise<Order | null> {
  const found = await loaders.of(services.orders.byId).load(id);
  return found !== null && maySeeOrder(actor, found) ? found : null;
}

async function getOrder({ orders }: PharmacyContext['services'], id: string): Promise<Order> {
  const found = await orders.current(id);
  if (found === null) throw new AppError('NOT_FOUND', { what: 'Order' });
  return found;
}

async function page(
  { services }: PharmacyContext,
  filter: OrderFilter,
  { first, after }: PageArgs,
): Promise<OrderConnection> {
  const size = pageSize(first);
  const before = cursorOf(after, (text) => parseId('ord', text));
  const rows = await services.orders.page(filter, before, size + 1);
  return connectionOf(rows, size, ({ id }) => id);
}
