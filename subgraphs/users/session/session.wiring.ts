import { forgetAuthority } from '../../../shared/auth/authority.ts';
import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { wireSecondFactor } from '../second-factor/second-factor.wiring.ts';
import type { TokenSigner } from '../token/token-signer.ts';
import { RotationUses } from './rotation-uses.ts';
import { SessionEndingService } from './session-ending.service.ts';
import { SessionJournal } from './session-journal.ts';
import { SessionPurge } from './session-purge.ts';
import { SessionService } from './session.service.ts';
import { SessionStore } from './session.store.ts';
import { TokenPairs } from './token-pair.ts';

export type SessionParts = Pick<Foundation, 'config' | 'db' | 'cipher' | 'audit' | 'cache' | 'now'>;

/** Everything about sessions and their second factor. */
export function wireSessions(parts: SessionParts, signer: TokenSigner) {
  const { config, db, cipher, audit, cache, now } = parts;
  const store = new SessionStore(db, cipher);
  const journal = new SessionJournal(audit, (sessionId) => forgetAuthority(cache, sessionId), now);
  const pairs = new TokenPairs(signer, new BlindIndex(config.blindIndexKey, 'refresh'));
  const sessionEndings = new SessionEndingService(db, store, journal, now);
  return {
    sessions: new SessionService(db, store, pairs, journal, now),
    rotationUses: new RotationUses(db, now),
    sessionEndings,
    sessionPurge: new SessionPurge(store, now),
    ...wireSecondFactor(parts, journal, sessionEndings),
  };
}
