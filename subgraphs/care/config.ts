import { loadConfig } from '../../shared/config/config.ts';
import { storageProblems, storageVariables } from '../../shared/storage/storage-config.ts';

export const own = { ...storageVariables };

/** The environment of care. @throws AppError CONFIG_INVALID */
export function loadCareConfig(env: NodeJS.ProcessEnv) {
  return loadConfig('care', env, own, storageProblems);
}
