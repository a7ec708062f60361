import { type Actor, holds } from '../../../shared/context/actor.ts';
import type { StaffLicence } from '../staff/licence.entity.ts';

/** Whose accounts somebody may search: everybody's, or those of who has a licence in these places. */
export type Reach =
  'EVERYWHERE' | { readonly institutionIds: readonly string[]; readonly departmentIds: readonly string[] };

export function accountReach(actor: Actor): Reach {
  if (holds(actor, 'account.read')) return 'EVERYWHERE';
  const grants =
    actor.kind === 'account' ? actor.grants.filter((each) => each.permissions.includes('account.read')) : [];
  const idsIn = (isDepartment: boolean) =>
    grants.filter(({ scope }) => (scope === 'DEPARTMENT') === isDepartment).map(({ scopeId }) => scopeId);
  return { institutionIds: idsIn(false), departmentIds: idsIn(true) };
}

/** The licences of an account that somebody may see in a search. */
export function inReach(reach: Reach, licences: readonly StaffLicence[]): StaffLicence[] {
  if (reach === 'EVERYWHERE') return [...licences];
  return licences.filter(
    ({ institutionId, departmentId }) =>
      reach.institutionIds.includes(institutionId) ||
      (departmentId !== null && reach.departmentIds.includes(departmentId)),
  );
}

/** Whether names and numbers of an account are seen in full: on the platform, or where it has a licence. */
export function seesInFull(actor: Actor, licences: readonly StaffLicence[]): boolean {
  return (
    holds(actor, 'pii.read') ||
    licences.some(
      ({ institutionId, departmentId }) =>
        holds(actor, 'pii.read', institutionId) || holds(actor, 'pii.read', departmentId ?? ''),
    )
  );
}
