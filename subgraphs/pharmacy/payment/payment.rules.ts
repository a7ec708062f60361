import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { PharmacyContext } from '../context.ts';
import { maySeeOrder } from '../order/order.rules.ts';
import { PayableType, type Payment } from './payment.entity.ts';

/** The payer; and for an order those who see that order. */
const isPayerOrReadsOrder = rule<PharmacyContext, Payment>(
  'isPayerOrReadsOrder',
  async ({ payerAccountId, payableType, payableId }, _args, { actor, loaders, services }) => {
    if (actor.kind === 'account' && actor.accountId === payerAccountId) return true;
    if (payableType !== PayableType.ORDER) return false;
    const order = await loaders.of(services.orders.byId).load(payableId);
    return order !== null && maySeeOrder(actor, order);
  },
);

export const paymentRules: RuleMap = {
  Query: { payment: isLoggedIn },
  Mutation: { startPayment: isLoggedIn },
  Payment: isPayerOrReadsOrder,
};
