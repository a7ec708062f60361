import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { Session, type SessionEnd } from './session.entity.ts';

type Named = Pick<Session, 'id' | 'accountId'>;

/** Makes what a session may do be looked up anew, wherever it is believed. */
export type Forget = (sessionId: string) => void;

/** Ends sessions, and tells the audit of their beginning and end. */
export class SessionJournal {
  readonly #audit: Audit;
  readonly #forget: Forget;
  readonly #now: () => Date;

  constructor(audit: Audit, forget: Forget, now: () => Date) {
    this.#audit = audit;
    this.#forget = forget;
    this.#now = now;
  }

  async begun(tx: Tx, session: Named, detail: Record<string, string>): Promise<void> {
    await this.#note(tx, session, 'session.begin', ownerOf(session), detail);
  }

  /** @param session held by the caller, and not ended yet. @param by who ends it, if not its owner. */
  async end(tx: Tx, session: Named, reason: SessionEnd, by: Actor = ownerOf(session)): Promise<void> {
    const { id } = session;
    await tx.manager.update(Session, { id }, { revokedAt: this.#now(), endReason: reason });
    await this.#note(tx, session, 'session.end', by, { reason });
    this.changed(tx, id);
  }

  /** What a session may do is another after the commit. */
  changed(tx: Tx, sessionId: string): void {
    tx.afterCommit(async () => this.#forget(sessionId));
  }

  async #note(tx: Tx, { id }: Named, action: string, actor: Actor, detail: Record<string, string>) {
    await this.#audit.record(tx, { actor, action, subjectType: 'Session', subjectId: id, detail });
  }
}

function ownerOf({ id, accountId }: Named): Actor {
  return { kind: 'account', accountId, sessionId: id, grants: [] };
}
