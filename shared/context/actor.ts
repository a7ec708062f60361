/** Who makes a call: nobody known yet, or an account with what its grants allow. */
export type Actor =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'account';
      readonly accountId: string;
      readonly sessionId: string;
    };

export const anonymous: Actor = { kind: 'anonymous' };

export function actorId(actor: Actor): string {
  return actor.kind === 'account' ? actor.accountId : 'anonymous';
}
