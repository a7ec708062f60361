import type { Db } from '../../../shared/db/db.ts';
import { seedCatalogue } from './catalogue.ts';

/** Fills in the demo data of pharmacy; running it again changes nothing. */
export async function seed(db: Db): Promise<void> {
  await db.transaction(seedCatalogue);
}
