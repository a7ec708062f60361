import { type Actor, departmentScope, holds, reachOf } from '../../../shared/context/actor.ts';
import { placeOfInstitution } from '../role/scope.ts';
import type { StaffLicence } from '../staff/licence.entity.ts';

/** Whose accounts somebody may search: everybody's, or those of who has a licence in these places. */
export type Reach =
  | 'EVERYWHERE'
  | {
      readonly institutionIds: readonly string[];
      /** Each as `<hospital>/<department>`. */
      readonly departments: readonly string[];
    };

export function accountReach(actor: Actor): Reach {
  const { isEverywhere, hospitalIds, pharmacyIds, departments } = reachOf(actor, 'account.read');
  return isEverywhere ? 'EVERYWHERE' : { institutionIds: [...hospitalIds, ...pharmacyIds], departments };
}

/** The licences of an account that somebody may see in a search. */
export function inReach(reach: Reach, licences: readonly StaffLicence[]): StaffLicence[] {
  if (reach === 'EVERYWHERE') return [...licences];
  return licences.filter(
    ({ institutionId, departmentId }) =>
      reach.institutionIds.includes(institutionId) ||
      (departmentId !== null && reach.departments.includes(departmentScope(institutionId, departmentId))),
  );
}

/** Whether names and numbers of an account are seen in full: on the platform, or where it has a licence. */
export function seesInFull(actor: Actor, licences: readonly StaffLicence[]): boolean {
  return (
    holds(actor, 'pii.read') ||
    licences.some(({ institutionId, departmentId }) =>
      holds(actor, 'pii.read', { ...placeOfInstitution(institutionId), departmentId }),
    )
  );
}
