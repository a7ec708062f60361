import type { DataSource } from 'typeorm';

const LOCK_WAIT_S = 60;

/**
 * Brings the schema up to date under a named lock: migrations take none by themselves, so two starting processes
 * would run them twice.
 * @returns names of the migrations that ran.
 */
export async function migrate(source: DataSource, schema: string): Promise<string[]> {
  const guard = source.createQueryRunner();
  const lock = `${schema}.migrate`.slice(0, 64);
  try {
    const rows: { got: string | number | null }[] = await guard.query('SELECT GET_LOCK(?, ?) AS got', [
      lock,
      LOCK_WAIT_S,
    ]);
    if (Number(rows[0]?.got) !== 1) throw new Error(`another process has held ${lock} for ${LOCK_WAIT_S} s`);
    const done = await source.runMigrations({ transaction: 'each' });
    return done.map((migration) => migration.name);
  } finally {
    await guard.query('SELECT RELEASE_LOCK(?)', [lock]).catch(() => undefined);
    await guard.release();
  }
}
