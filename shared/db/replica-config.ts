import { z } from 'zod';

/** What says how far a replica may be behind. */
export const replicaConfig = {
  REPLICA_MAX_LAG_MS: z.coerce.number().int().min(2000).max(600_000).default(5000),
};
