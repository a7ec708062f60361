import type { Db } from '../../../shared/db/db.ts';
import { seedCatalogue } from './catalogue.ts';
import { seedStock } from './stock.ts';

/** Fills in the demo data of pharmacy; running it again changes nothing. */
export async function seed(db: Db, now: Date): Promise<void> {
  await db.transaction(seedCatalogue);
  await db.transaction((tx) => seedStock(tx, now));
}
