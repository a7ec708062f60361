import type { Db, Tx } from '../../../shared/db/db.ts';
import { isDuplicate } from '../../../shared/db/db-errors.ts';

const ATTEMPTS = 4;

/**
 * A transaction that may make an account or an identity. Of two at once for one person the later meets the unique key
 * of the subject; run again, it finds what the earlier has made.
 * @param body is run again, as in {@link Db.transaction}
 */
export async function registering<T>(db: Db, body: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(body);
    } catch (error) {
      if (!isDuplicate(error) || attempt === ATTEMPTS) throw error;
    }
  }
}
