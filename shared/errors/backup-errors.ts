import { type CatalogueEntry, once } from './catalogue-entry.ts';

/** Of the commands that back up and restore a subgraph. */
export const backupErrors = {
  BACKUP_REFUSED: once('No backup was made: {reason}.', '未能备份：{reason}。'),
  RESTORE_REFUSED: once('Nothing was restored: {reason}.', '未能恢复：{reason}。'),
  RESTORE_UNFINISHED: once(
    'A restore of this database broke off; run it again with --replace before it is served.',
    '该数据库的恢复未完成，请使用 --replace 重新恢复后再启动服务。',
  ),
} as const satisfies Record<string, CatalogueEntry>;
