import { KeyRotation } from '../crypto/key-rotation.ts';
import type { SealedColumn } from '../crypto/sealed-column.ts';
import type { SubgraphConfig } from '../config/config.ts';
import { createDataSource, type DatabaseParts } from '../db/data-source.ts';
import { Db } from '../db/db.ts';
import { OwnWrites } from '../db/own-writes.ts';
import { ReplicaSet } from '../db/replica-set.ts';
import { AppError } from '../errors/app-error.ts';
import { layFoundation, type Foundation } from './foundation.ts';

const BATCH = 100;
const PAUSE_MS = 20;

/**
 * Brings a subgraph's encrypted values under the active key of `FIELD_KEYS`, and their blind indexes under
 * `BLIND_INDEX_KEY`, beside the running subgraph; exits non-zero when something is left under an old one.
 * @param args `[--batch <rows>] [--pause-ms <ms>]` @throws AppError CONFIG_INVALID
 */
export async function rotateFieldKeysCommand(
  config: SubgraphConfig,
  database: DatabaseParts,
  columnsOf: (foundation: Foundation) => readonly SealedColumn[],
  args: readonly string[],
): Promise<void> {
  const batch = numberIn(args, '--batch', BATCH);
  const pauseMs = numberIn(args, '--pause-ms', PAUSE_MS);
  const { foundation, close } = await layFoundation(config, database);
  const ddl = createDataSource(config.database, config.database.primaryUrl, 'ddl', database);
  try {
    const { db, cipher, audit, now, redis } = foundation;
    const columns = columnsOf(foundation);
    const isDdlNeeded = columns.some(({ isAppendOnly }) => isAppendOnly);
    if (isDdlNeeded) await ddl.initialize();
    const appendOnly = isDdlNeeded ? new Db(ddl, new ReplicaSet(), new OwnWrites(redis, config.name, 0)) : db;
    const { auditSchema } = config.database;
    const say = (line: string) => console.log(`${config.name}: ${line}`);
    const rotation = new KeyRotation({ db, appendOnly, auditSchema, cipher, now, batch, pauseMs, say });
    const rotated = await rotation.run(columns);
    const total = (of: 'rewritten' | 'left') => rotated.reduce((sum, each) => sum + each[of], 0);
    const detail = { rewritten: total('rewritten'), left: total('left') };
    await db.transaction((tx) =>
      audit.record(tx, {
        actor: { kind: 'service', name: 'rotate-field-keys' },
        action: 'field_keys.rotate',
        subjectType: 'FieldKey',
        subjectId: cipher.activeKey,
        detail,
      }),
    );
    say(`${detail.rewritten} values rewritten, ${detail.left} left under old keys`);
    if (detail.left > 0) process.exitCode = 1;
  } finally {
    if (ddl.isInitialized) await ddl.destroy();
    await close();
  }
}

function numberIn(args: readonly string[], name: string, usual: number): number {
  const at = args.indexOf(name);
  if (at < 0) return usual;
  const value = Number(args[at + 1]);
  if (!Number.isInteger(value) || value < 0 || (name === '--batch' && value === 0)) {
    throw new AppError('CONFIG_INVALID', { problems: `${name}: must be a whole number` });
  }
  return value;
}
