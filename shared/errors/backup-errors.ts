import { type CatalogueEntry, once } from './catalogue-entry.ts';

/** Of the commands that back up and restore a subgraph. */
export const backupErrors = {
  BACKUP_REFUSED: once('No backup was made: {reason}.', '未能备份：{reason}。'),
  RESTORE_REFUSED: once('Nothing was restored: {reason}.', '未能恢复：{reason}。'),
} as const satisfies Record<string, CatalogueEntry>;
