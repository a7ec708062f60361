import { z } from 'zod';

/** How live subscriptions survive the subgraph that they come from. */
export const liveSettings = {
  /** How long a subscription waits for a subgraph that is gone before its reader is sent away, ms. */
  SUBSCRIPTION_RESUME_MS: z.coerce.number().int().min(0).max(600_000).default(30_000),
};
