import { type Actor, holds, type Place, placeOfDepartment, reachOf } from '../../../shared/context/actor.ts';
import { mayAppoint } from './giving.ts';

/** The places where an actor manages roles, each as a place of its own; the whole platform is the empty one. */
function managedPlaces(actor: Actor): Place[] {
  const { isEverywhere, hospitalIds, departments, pharmacyIds } = reachOf(actor, 'role.manage');
  if (isEverywhere) return [{}];
  return [
    ...hospitalIds.map((hospitalId) => ({ hospitalId })),
    ...pharmacyIds.map((pharmacyId) => ({ pharmacyId })),
    ...departments.map(placeOfDepartment),
  ];
}

/** Whether an actor may grant a role at one of the places where they manage roles; on the platform all are seen. */
export function mayGiveSomewhere(actor: Actor, role: string, permissions: readonly string[]): boolean {
  if (holds(actor, 'role.manage')) return true;
  return managedPlaces(actor).some(
    (place) =>
      mayAppoint(actor, role, place) ??
      (permissions.length > 0 && permissions.every((each) => holds(actor, each, place))),
  );
}

/** Whether an actor holds a permission where they manage roles; on the platform all are seen. */
export function holdsWhereManaging(actor: Actor, permission: string): boolean {
  if (holds(actor, 'role.manage')) return true;
  return managedPlaces(actor).some((place) => holds(actor, permission, place));
}
