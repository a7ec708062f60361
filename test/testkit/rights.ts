import { setTimeout as delay } from 'node:timers/promises';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { data, tokenOf } from './client.ts';
import { rows } from './rows.ts';

/** How long subgraphs may believe what they know of rights, ms, and a little more. */
const BELIEVED_MS = 2200;

/** Waits until every subgraph knows what somebody's rights are by now. */
export const rightsAreKnown = () => delay(BELIEVED_MS);

/** Gives somebody a role of its own at one place, by an administrator, who must hold what it allows. */
export async function grantAt(
  accountId: string,
  permissions: readonly string[],
  place: { readonly scope: string; readonly scopeId: string },
): Promise<void> {
  const token = tokenOf('郑管理');
  const name = `OWN_${newId('x').slice(-8)}`;
  await data(
    'mutation ($input: CreateRoleInput!) { createRole(input: $input) { name } }',
    { input: { name, label: '测试', permissions, idempotencyKey: name } },
    { token },
  );
  await data(
    'mutation ($input: ChangeGrantInput!) { grantRole(input: $input) { id } }',
    { input: { accountId, role: name, ...place } },
    { token },
  );
}

/** Makes the grant of a doctor one for a single department of the first hospital. @param code of the department */
export async function confineToDepartment(accountId: string, code: string): Promise<void> {
  await rows(
    `UPDATE yey_users.role_grant SET scope = 'DEPARTMENT', scope_id = ?, hospital_id = ?
     WHERE account_id = ? AND role = 'DOCTOR'`,
    [stableId('dep', code), stableId('hos', 'H001'), accountId],
  );
  await rightsAreKnown();
}
