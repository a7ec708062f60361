import { RATE_POLICIES } from '../../router/rate-limit-config.ts';
import type { QuotaTable } from '../../shared/limits/quotas.ts';
import { careQuotas } from '../../subgraphs/care/quotas.ts';
import { pharmacyQuotas } from '../../subgraphs/pharmacy/quotas.ts';
import { statsQuotas } from '../../subgraphs/stats/quotas.ts';
import { usersQuotas } from '../../subgraphs/users/quotas.ts';

const PLENTY = 100_000_000;

/**
 * Rate limits and quotas that nothing meets: the tests of all files together do in a minute, by a few accounts, what
 * nobody does. Those as they are by default have a platform of their own (`test/router/default-limits.db.test.ts`).
 */
export const looseLimits: Readonly<Record<string, string>> = {
  RATE_LIMITS: JSON.stringify(Object.fromEntries(RATE_POLICIES.map((policy) => [policy, [PLENTY, 60]]))),
  PLANNING_MAX_WAITING_PER_CALLER: '200',
  USERS_QUOTAS: loosened(usersQuotas),
  CARE_QUOTAS: loosened(careQuotas),
  PHARMACY_QUOTAS: loosened(pharmacyQuotas),
  STATS_QUOTAS: loosened(statsQuotas),
};

function loosened(table: QuotaTable): string {
  const fields = Object.entries(table).map(([field, quota]) => [
    field,
    Object.fromEntries(
      Object.entries(quota).map(([by, windows]) => [by, windows.map(([, seconds]) => [PLENTY, seconds])]),
    ),
  ]);
  return JSON.stringify(Object.fromEntries(fields));
}
