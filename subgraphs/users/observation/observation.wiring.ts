import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import { FollowUpProgress } from '../follow-up/follow-up.progress.ts';
import { FollowUpService } from '../follow-up/follow-up.service.ts';
import { FollowUpStore } from '../follow-up/follow-up.store.ts';
import { OccurrenceService } from '../reminder/occurrence.service.ts';
import { ReminderService } from '../reminder/reminder.service.ts';
import { ReminderStore } from '../reminder/reminder.store.ts';
import { ObservationService } from './observation.service.ts';
import { ObservationStore } from './observation.store.ts';

/** How often what is due is looked for. */
const TICK_MS = 5000;

type Ground = Pick<Foundation, 'config' | 'db' | 'cipher' | 'audit' | 'wake' | 'now'>;

/** What is measured of patients, what they are reminded of, and what they are to do. */
export function wireObservations(foundation: Ground) {
  const { config, db, cipher, audit, now } = foundation;
  const fingerprint = new BlindIndex(config.blindIndexKey, 'idempotency');
  const observationStore = new ObservationStore(db, cipher, audit);
  const reminderStore = new ReminderStore(db, cipher, audit);
  const followUpStore = new FollowUpStore(db, cipher, audit);
  const reminders = new ReminderService(foundation, reminderStore, fingerprint);
  const progress = new FollowUpProgress(followUpStore, reminders, audit, now);
  return {
    observationStore,
    observations: new ObservationService(foundation, observationStore, progress, fingerprint),
    reminderStore,
    reminders,
    occurrences: new OccurrenceService(foundation, reminderStore),
    followUpStore,
    followUps: new FollowUpService(foundation, { store: followUpStore, progress, reminders, fingerprint }),
  };
}

export type ObservationServices = Readonly<ReturnType<typeof wireObservations>>;

export function observationJobs({ occurrences }: ObservationServices, jobs: Jobs): void {
  jobs.every('reminders-due', TICK_MS, () => occurrences.tick());
}
