import { z } from 'zod';
import { loadConfig } from '../../shared/config/config.ts';

/** How many patients a cell of the heat map has at least, if nothing else is configured. */
const MIN_PATIENTS = 3;

export const own = { STATS_MIN_PATIENTS: z.coerce.number().int().min(1).default(MIN_PATIENTS) };

/** The environment of stats. @throws AppError CONFIG_INVALID */
export function loadStatsConfig(env: NodeJS.ProcessEnv) {
  return loadConfig('stats', env, own);
}
