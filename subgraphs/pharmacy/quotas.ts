import type { QuotaTable } from '../../shared/limits/quotas.ts';

const MINUTE = 60;
const DAY = 24 * 3600;

/** What an account may do of each in so many seconds, far above what people do by hand. */
export const pharmacyQuotas: QuotaTable = {
  'Mutation.*': { account: [[300, MINUTE]] },
  'Mutation.placeOrder': {
    account: [
      [20, MINUTE],
      [200, DAY],
    ],
  },
  'Mutation.cancelOrder': {
    account: [
      [30, MINUTE],
      [300, DAY],
    ],
  },
  // Each asks the payment provider.
  'Mutation.startPayment': {
    account: [
      [30, MINUTE],
      [500, DAY],
    ],
  },
  'Query.drugs': { account: [[300, MINUTE]] },
  'Query.trace': { account: [[240, MINUTE]] },
};
