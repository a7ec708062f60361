import type { Db } from '../../../shared/db/db.ts';

/** Fills in the demo data of pharmacy; running it again changes nothing. */
export async function seed(_db: Db): Promise<void> {}
