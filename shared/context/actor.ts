export type Scope = 'PLATFORM' | 'HOSPITAL' | 'DEPARTMENT' | 'PHARMACY';

/** A role that an account holds, with what it allows and where. */
export interface Grant {
  readonly role: string;
  readonly permissions: readonly string[];
  readonly scope: Scope;
  /** The hospital or pharmacy, `<hospital>/<department>` for a department; empty for the platform. */
  readonly scopeId: string;
}

/** Who makes a call: nobody known, an account with what its grants allow, or another subgraph. */
export type Actor =
  | { readonly kind: 'anonymous' }
  /** Another subgraph, for itself or in the name of the account that made it call. */
  | { readonly kind: 'service'; readonly name: string; readonly onBehalfOf?: string }
  | {
      readonly kind: 'account';
      readonly accountId: string;
      readonly sessionId: string;
      readonly grants: readonly Grant[];
    };

export const anonymous: Actor = { kind: 'anonymous' };

export function actorId(actor: Actor): string {
  if (actor.kind === 'account') return actor.accountId;
  if (actor.kind !== 'service') return 'anonymous';
  return actor.onBehalfOf ?? `service:${actor.name}`;
}

/** Where a row belongs: at a hospital (and in one of its departments), or at a pharmacy. */
export interface Place {
  readonly hospitalId?: string | null;
  readonly departmentId?: string | null;
  readonly pharmacyId?: string | null;
}

/** The scope identifier of a grant for a department: departments are of a national catalogue, so one alone is no place. */
export function departmentScope(hospitalId: string, departmentId: string): string {
  return `${hospitalId}/${departmentId}`;
}

/** The place of a department. @param scope as {@link departmentScope} makes it */
export function placeOfDepartment(scope: string): { hospitalId: string; departmentId: string } {
  const [hospitalId = '', departmentId = ''] = scope.split('/');
  return { hospitalId, departmentId };
}

/** Whether a grant of the whole platform, or one for this place, allows it. @param at left out for the platform alone */
export function holds(actor: Actor, permission: string, at: Place = {}): boolean {
  if (actor.kind !== 'account') return false;
  return actor.grants.some((grant) => grant.permissions.includes(permission) && reaches(grant, at));
}

/** Where the grants of an actor allow something: for lists that show only what is in reach. */
export interface Reach {
  readonly isEverywhere: boolean;
  readonly hospitalIds: readonly string[];
  /** Each as `<hospital>/<department>`. */
  readonly departments: readonly string[];
  readonly pharmacyIds: readonly string[];
}

/** Where an actor holds at least one of the permissions. */
export function reachOf(actor: Actor, ...permissions: readonly string[]): Reach {
  const grants = actor.kind === 'account' ? actor.grants : [];
  const allowing = grants.filter((grant) => grant.permissions.some((each) => permissions.includes(each)));
  const idsOf = (scope: Scope) =>
    allowing.filter((grant) => grant.scope === scope).map(({ scopeId }) => scopeId);
  return {
    isEverywhere: allowing.some(({ scope }) => scope === 'PLATFORM'),
    hospitalIds: idsOf('HOSPITAL'),
    departments: idsOf('DEPARTMENT'),
    pharmacyIds: idsOf('PHARMACY'),
  };
}

/** Whether there is no place at all: then no row is worth a look. */
export function isNowhere({ isEverywhere, hospitalIds, departments, pharmacyIds }: Reach): boolean {
  return !isEverywhere && hospitalIds.length + departments.length + pharmacyIds.length === 0;
}

function reaches({ scope, scopeId }: Grant, { hospitalId, departmentId, pharmacyId }: Place): boolean {
  if (scope === 'PLATFORM') return true;
  if (scope === 'HOSPITAL') return hospitalId === scopeId;
  if (scope === 'PHARMACY') return pharmacyId === scopeId;
  return hospitalId != null && departmentId != null && departmentScope(hospitalId, departmentId) === scopeId;
}
