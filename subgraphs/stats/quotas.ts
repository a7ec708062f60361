import type { QuotaTable } from '../../shared/limits/quotas.ts';

const MINUTE = 60;

/** What an account may ask for in so many seconds: each sums up facts of months. */
export const statsQuotas: QuotaTable = {
  'Query.heatMap': { account: [[120, MINUTE]] },
  'Query.topDrugs': { account: [[120, MINUTE]] },
  'Query.doctorEfficiency': { account: [[120, MINUTE]] },
};
