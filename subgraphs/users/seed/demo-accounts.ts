import { writeFileSync } from 'node:fs';
import { newId, stableId } from '../../../shared/ids/ids.ts';
import type { TokenSigner } from '../token/token-signer.ts';
import { accounts } from './people.ts';

const LIFETIME_S = 12 * 3600;

/** Writes the demo accounts with a fresh token each, for the screen of a development machine and its explorer. */
export function writeDemoAccounts(file: string, signer: TokenSigner): void {
  const rows = accounts.map(([key, name, role, phone]) => ({
    role,
    name,
    phone,
    token: signer.sign(stableId('acc', key), newId('ses'), LIFETIME_S),
  }));
  writeFileSync(file, JSON.stringify(rows, null, 1), { mode: 0o600 });
}
