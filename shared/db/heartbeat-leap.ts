import type { Tx } from './db.ts';

/**
 * Moves the heartbeat beyond every number that it had before its primary was restored. A replica that lacks the restore
 * has one of those, and would look fresh until the primary has counted that far again.
 */
export async function leapHeartbeat({ manager }: Tx): Promise<void> {
  await manager.query(
    'UPDATE replication_heartbeat SET beat = GREATEST(beat + 1, UNIX_TIMESTAMP() * 1000) WHERE id = 1',
  );
}
