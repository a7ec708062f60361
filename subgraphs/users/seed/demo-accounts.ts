import { writeFileSync } from 'node:fs';
import { stableId } from '../../../shared/ids/ids.ts';
import type { SessionService } from '../session/session.service.ts';
import { accounts } from './people.ts';

/** How long a token of a demo account lives, seconds. */
export const DEMO_TOKEN_S = 12 * 3600;

/** Writes the demo accounts with a fresh token each, for the screen of a development machine and its explorer. */
export async function writeDemoAccounts(file: string, sessions: SessionService): Promise<void> {
  const tokens = await sessions.beginDemo(
    accounts.map(([key]) => stableId('acc', key)),
    DEMO_TOKEN_S,
  );
  const rows = accounts.map(([, name, role, phone], index) => ({ role, name, phone, token: tokens[index] }));
  writeFileSync(file, JSON.stringify(rows, null, 1), { mode: 0o600 });
}
