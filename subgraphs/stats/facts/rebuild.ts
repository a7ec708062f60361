import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { eventsTopic } from '../../../shared/outbox/sequencer.ts';
import { PRODUCERS } from './fact-handlers.ts';

const TABLES = ['visit_fact', 'encounter_fact', 'sale_fact'];

/**
 * Empties the read models and sets the cursors back, in one transaction: the running consumers then read every fact
 * anew, and until they are done the reports show less than there is.
 */
export async function rebuild({ db, audit, wake }: Pick<Foundation, 'db' | 'audit' | 'wake'>): Promise<void> {
  await db.transaction(async (tx) => {
    const { manager } = tx;
    // First, as consumers do: nobody writes a fact between the emptying and the setting back.
    await manager.query('SELECT seq FROM event_cursor WHERE producer IN (?) ORDER BY producer FOR UPDATE', [
      PRODUCERS,
    ]);
    for (const table of TABLES) await manager.query(`DELETE FROM ${table}`);
    // Whatever epoch the producer is in: nothing that was read of another one is left.
    await manager.query(
      'UPDATE event_cursor SET seq = 0, epoch = NULL, alarm = NULL, alarm_at = NULL WHERE producer IN (?)',
      [PRODUCERS],
    );
    await manager.query('DELETE FROM parked_event WHERE producer IN (?)', [PRODUCERS]);
    await audit.record(tx, {
      actor: { kind: 'service', name: 'stats' },
      action: 'stats.rebuild',
      subjectType: 'read_models',
      subjectId: 'all',
    });
    for (const producer of PRODUCERS) tx.afterCommit(() => wake.call(eventsTopic(producer)));
  });
}
