import { Audit } from '../../shared/audit/audit.ts';
import type { Actor, Grant, Scope } from '../../shared/context/actor.ts';
import { newId } from '../../shared/ids/ids.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { wirePatientStores } from '../../subgraphs/users/patient/patient.wiring.ts';
import { wireSearch } from '../../subgraphs/users/search/search.wiring.ts';
import { scratchSubgraph } from '../testkit/scratch.ts';

/** The search on a schema of its own, empty but for what the migrations put there. */
export async function openSearch() {
  const scratch = await scratchSubgraph(database);
  const now = () => new Date('2026-11-24T04:00:00.000Z');
  const audit = new Audit(scratch.db, scratch.place, scratch.wake, now);
  const parts = { ...scratch, audit, now };
  const { patients } = wirePatientStores(parts);
  return { ...scratch, audit, now, patients, ...wireSearch(parts, patients) };
}

/** Somebody who holds permissions, in a place or everywhere. */
export function holder(permissions: readonly string[], scope: Scope = 'PLATFORM', scopeId = ''): Actor {
  const grant: Grant = { role: 'CUSTOM', permissions, scope, scopeId };
  return { kind: 'account', accountId: newId('acc'), sessionId: '', grants: [grant] };
}
