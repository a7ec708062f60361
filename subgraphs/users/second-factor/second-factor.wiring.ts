import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { SessionEndingService } from '../session/session-ending.service.ts';
import type { SessionJournal } from '../session/session-journal.ts';
import { SecondFactorResetService } from './second-factor-reset.service.ts';
import { SecondFactorService } from './second-factor.service.ts';
import { secondFactorNeeds } from './second-factor.state.ts';
import { SecondFactorStore } from './second-factor.store.ts';

type Parts = Pick<Foundation, 'config' | 'db' | 'cipher' | 'audit' | 'now'>;

/** Everything about the second factor. */
export function wireSecondFactor(parts: Parts, journal: SessionJournal, endings: SessionEndingService) {
  const { config, db, cipher, audit, now } = parts;
  const store = new SecondFactorStore(cipher, new BlindIndex(config.blindIndexKey, 'recovery-code'));
  return {
    secondFactors: new SecondFactorService(db, store, journal, audit, now),
    secondFactorResets: new SecondFactorResetService(db, store, endings, audit),
    secondFactorNeeds: secondFactorNeeds(db, now),
  };
}
