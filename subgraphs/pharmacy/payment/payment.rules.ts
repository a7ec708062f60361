import { holdsSomewhere } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { PharmacyContext } from '../context.ts';
import { PayableType, type Payment } from './payment.entity.ts';

/** The payer; and for an order those who read orders, who come to its payment by way of an order in their reach. */
const isPayerOrReadsOrders = rule<PharmacyContext, Payment>(
  'isPayerOrReadsOrders',
  ({ payerAccountId, payableType }, _args, { actor }) =>
    (actor.kind === 'account' && actor.accountId === payerAccountId) ||
    (payableType === PayableType.ORDER && holdsSomewhere(actor, 'order.read')),
);

export const paymentRules: RuleMap = {
  Query: { payment: isLoggedIn },
  Mutation: { startPayment: isLoggedIn },
  Payment: isPayerOrReadsOrders,
};
