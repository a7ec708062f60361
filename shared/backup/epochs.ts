import { join } from 'node:path';
import type { SubgraphName } from '../config/config.ts';
import type { Tx } from '../db/db.ts';
import { stableId } from '../ids/ids.ts';
import { type Manifest, readManifest } from './manifest.ts';

/**
 * The epoch that a subgraph begins when it is restored with others of one backup: each of them knows those of all.
 * @param restoreId names the one restore, so that the next one of the same backup begins other epochs
 */
export function epochOf(restoreId: string, subgraph: string): string {
  return stableId('epo', `${restoreId}:${subgraph}`);
}

/** Where the events of each subgraph stood in a backup of all. */
export type EventEnds = ReadonlyMap<SubgraphName, Manifest['events']>;

/**
 * @param source the folder of the whole backup; what else lies in it is not looked at
 * @throws AppError RESTORE_REFUSED where one of the subgraphs has no whole backup there
 */
export async function readEventEnds(source: string, names: readonly SubgraphName[]): Promise<EventEnds> {
  const ends = names.map(async (name) => {
    const { events } = await readManifest(join(source, name), name);
    return [name, events] as const;
  });
  return new Map(await Promise.all(ends));
}

/**
 * Lets the cursors of a restored subgraph go on in the epochs that its producers begin in the same restore. One that
 * stands beyond what its producer had in the backup keeps the old epoch, which stops it with an alarm.
 */
export async function followEpochs({ manager }: Tx, ends: EventEnds, restoreId: string): Promise<void> {
  for (const [producer, { epoch, lastSeq }] of ends) {
    await manager.query(
      'UPDATE event_cursor SET epoch = ? WHERE producer = ? AND seq <= ? AND (epoch = ? OR epoch IS NULL)',
      [epochOf(restoreId, producer), producer, lastSeq, epoch],
    );
  }
}
