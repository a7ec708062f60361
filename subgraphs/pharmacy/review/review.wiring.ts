import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import type { SkuStore } from '../catalogue/sku.store.ts';
import type { PharmacyServices } from '../context.ts';
import { CareClient } from '../external/care.client.ts';
import { UsersClient } from '../external/users.client.ts';
import { SafetyRuleStore } from '../safety/safety-rule.store.ts';
import { SafetyService } from '../safety/safety.service.ts';
import { PrescriptionStore } from './prescription.store.ts';
import { ReviewAssignmentService } from './review-assignment.service.ts';
import { ReviewPlacesStore } from './review-places.store.ts';
import { ReviewReader } from './review.reader.ts';
import { ReviewService } from './review.service.ts';
import { ReviewStore } from './review.store.ts';
import { SnapshotIntake } from './snapshot-intake.service.ts';
import { SnapshotVault } from './snapshot-vault.ts';

type Reviewing = Pick<
  PharmacyServices,
  | 'safety'
  | 'snapshotIntake'
  | 'reviewStore'
  | 'reviewPlaces'
  | 'reviewAssignments'
  | 'reviewReader'
  | 'reviews'
  | 'prescriptions'
>;

/** The services of safety checks and reviews. */
export function wireReview(foundation: Foundation, skus: SkuStore): Reviewing {
  const { db, cipher, audit, outbox, now, clientOf } = foundation;
  const vault = new SnapshotVault(cipher);
  const users = new UsersClient(clientOf('users'));
  const safety = new SafetyService(new SafetyRuleStore(db, now), skus, users, now);
  const store = new ReviewStore(db);
  const places = new ReviewPlacesStore(db, vault);
  return {
    safety,
    snapshotIntake: new SnapshotIntake(vault, audit, now),
    reviewStore: store,
    reviewPlaces: places,
    reviewAssignments: new ReviewAssignmentService(db, audit, new CareClient(clientOf('care')), now),
    reviewReader: new ReviewReader(store, vault, safety, audit),
    reviews: new ReviewService({ db, store, places, vault, safety, audit, outbox, now }),
    prescriptions: new PrescriptionStore(db, vault, now),
  };
}

/** How often reviews of an older release are told their hospital, ms. */
const FILL_IN_MS = 60_000;

/** The work of reviews by the clock. */
export function reviewJobs({ reviewPlaces }: Reviewing, jobs: Jobs): void {
  jobs.every('review-hospitals', FILL_IN_MS, () => reviewPlaces.fillIn());
}
