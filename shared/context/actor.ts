export type Scope = 'PLATFORM' | 'HOSPITAL' | 'DEPARTMENT' | 'PHARMACY';

/** A role that an account holds, with what it allows and where. */
export interface Grant {
  readonly role: string;
  readonly permissions: readonly string[];
  readonly scope: Scope;
  /** Identifier of the hospital, department or pharmacy; empty for the platform. */
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

/** Whether a grant of the whole platform, or of exactly this place, allows it. */
export function holds(actor: Actor, permission: string, scopeId = ''): boolean {
  if (actor.kind !== 'account') return false;
  return actor.grants.some(
    (grant) =>
      grant.permissions.includes(permission) &&
      (grant.scope === 'PLATFORM' || (scopeId !== '' && grant.scopeId === scopeId)),
  );
}

/** Whether any of its grants, wherever it reaches, allows it: for lists that show only what is in reach. */
export function holdsSomewhere(actor: Actor, permission: string): boolean {
  return actor.kind === 'account' && actor.grants.some((grant) => grant.permissions.includes(permission));
}
