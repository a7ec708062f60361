import { holds } from '../../../shared/context/actor.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { PharmacyContext } from '../context.ts';
import type { InsuranceSettlement } from '../insurance/insurance-settlement.entity.ts';
import type { Order, OrderLine } from './order.entity.ts';

/** Whose it is, and who reads the orders of its pharmacy. */
export function maySeeOrder(
  actor: Actor,
  { accountId, pharmacyId }: { readonly accountId: string; readonly pharmacyId: string },
): boolean {
  return (
    (actor.kind === 'account' && actor.accountId === accountId) || holds(actor, 'order.read', { pharmacyId })
  );
}

const isBuyerOrReadsOrders = rule<PharmacyContext, Order | InsuranceSettlement>(
  'isBuyerOrReadsOrders',
  (order, _args, { actor }) => maySeeOrder(actor, order),
);

const isLineOfVisibleOrder = rule<PharmacyContext, OrderLine>(
  'isLineOfVisibleOrder',
  async ({ orderId }, _args, { actor, loaders, services }) => {
    const order = await loaders.of(services.orders.byId).load(orderId);
    return order !== null && maySeeOrder(actor, order);
  },
);

const readsOrders = somewhere('order.read');

export const orderRules: RuleMap = {
  Query: { order: isLoggedIn, myOrders: isLoggedIn, pharmacyOrders: readsOrders },
  Mutation: { placeOrder: isLoggedIn, cancelOrder: isLoggedIn },
  // Only the caller's own orders of the patient are in the list.
  Patient: { id: anyone, orders: isLoggedIn },
  Account: { id: anyone },
  Order: isBuyerOrReadsOrders,
  OrderLine: isLineOfVisibleOrder,
  InsuranceSettlement: isBuyerOrReadsOrders,
  // Reached only by way of an order, whose fields have the rule.
  OrderAllocation: anyone,
  OrderConnection: isLoggedIn,
  OrderEdge: isLoggedIn,
};
