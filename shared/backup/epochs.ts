import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tx } from '../db/db.ts';
import { stableId } from '../ids/ids.ts';
import { readManifest } from './manifest.ts';

/**
 * The epoch that a subgraph begins when it is restored with others of one backup: each of them knows those of all.
 * @param restoreId names the one restore, so that the next one of the same backup begins other epochs
 */
export function epochOf(restoreId: string, subgraph: string): string {
  return stableId('epo', `${restoreId}:${subgraph}`);
}

/**
 * Lets the cursors of a restored subgraph go on in the epochs that its producers begin in the same restore. One that
 * stands beyond what its producer had in the backup keeps the old epoch, which stops it with an alarm.
 * @param source the folder of the whole backup
 */
export async function followEpochs({ manager }: Tx, source: string, restoreId: string): Promise<void> {
  for (const producer of await readdir(source)) {
    const { events } = await readManifest(join(source, producer), producer);
    await manager.query(
      'UPDATE event_cursor SET epoch = ? WHERE producer = ? AND seq <= ? AND (epoch = ? OR epoch IS NULL)',
      [epochOf(restoreId, producer), producer, events.lastSeq, events.epoch],
    );
  }
}
