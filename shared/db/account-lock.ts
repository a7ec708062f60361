import type { Tx } from './db.ts';

/** The table of a subgraph that does not own accounts but counts what each of them holds. */
export const CREATE_ACCOUNT_LOCK = `
  CREATE TABLE account_lock (
    account_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci`;

/**
 * Holds an account until the end of the transaction, so that what is counted for it and what is then added are one
 * step: calls of one account go one after the other, those of different accounts do not meet. Taken before any other
 * lock of the transaction but that of its idempotency key.
 */
export async function lockAccount({ manager }: Tx, accountId: string): Promise<void> {
  await manager.query(
    // The engine locks the row exclusively also where it is there and nothing changes.
    'INSERT INTO account_lock (account_id) VALUES (?) ON DUPLICATE KEY UPDATE account_id = VALUES(account_id)',
    [accountId],
  );
}
