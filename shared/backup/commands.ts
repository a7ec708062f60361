import type { SubgraphConfig } from '../config/config.ts';
import type { DatabaseParts } from '../db/data-source.ts';
import { backupCommand } from './backup.ts';
import type { KeptFiles } from './file-copies.ts';
import { restoreCommand } from './restore.ts';

/**
 * `backup` and `restore` of one subgraph.
 * @param filesOf the files that it keeps, for a subgraph that keeps any
 */
export function backupCommands<C extends SubgraphConfig>(
  configOf: () => C,
  database: DatabaseParts,
  filesOf: (config: C) => KeptFiles | undefined = () => undefined,
): Record<'backup' | 'restore', (args: string[]) => Promise<void>> {
  return {
    backup: async (args) => {
      const config = configOf();
      await backupCommand(config, filesOf(config), args);
    },
    restore: async (args) => {
      const config = configOf();
      await restoreCommand(config, database, filesOf(config), args);
    },
  };
}
