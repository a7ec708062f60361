import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId, holdsSomewhere } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { PrescriptionSnapshot } from '../../../shared/events/prescription-snapshot.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import type { Found } from '../safety/safety-check.ts';
import type { SafetyService } from '../safety/safety.service.ts';
import type { PrescriptionReview } from './prescription-review.entity.ts';
import type { ReviewStore } from './review.store.ts';
import { prescribedOn } from './sheet.types.ts';
import type { SnapshotVault } from './snapshot-vault.ts';

interface Batches {
  readonly sheets: BatchRead<PrescriptionReview, PrescriptionSnapshot>;
  readonly findings: BatchRead<PrescriptionReview, Found[]>;
}

/** Reads what stands on prescriptions, and leaves an audit entry for each before it is shown. */
export class ReviewReader {
  readonly #store: ReviewStore;
  readonly #vault: SnapshotVault;
  readonly #safety: SafetyService;
  readonly #audit: Audit;
  /** An actor is one of a single request, so that the batches of one never serve another. */
  readonly #batches = new WeakMap<Actor, Batches>();

  constructor(store: ReviewStore, vault: SnapshotVault, safety: SafetyService, audit: Audit) {
    this.#store = store;
    this.#vault = vault;
    this.#safety = safety;
    this.#audit = audit;
  }

  /** Batches by review, in the name of the one who reads. */
  for(actor: Actor): Batches {
    const known = this.#batches.get(actor);
    if (known) return known;
    const made: Batches = {
      sheets: {
        name: 'prescriptionReview.sheets',
        read: async (reviews) => {
          await this.#audited(actor, 'prescription.read', reviews);
          return this.#sheets(reviews);
        },
      },
      findings: {
        name: 'prescriptionReview.findings',
        read: async (reviews) => {
          await this.#audited(actor, 'prescription.check', reviews);
          return this.#findings(reviews, actor);
        },
      },
    };
    this.#batches.set(actor, made);
    return made;
  }

  reasonOf(review: PrescriptionReview): string | null {
    return this.#vault.openColumn('reason', review);
  }

  async #audited(actor: Actor, action: string, reviews: readonly PrescriptionReview[]): Promise<void> {
    const ids = reviews.map(({ prescriptionId }) => prescriptionId);
    await this.#audit.read(actor, action, 'Prescription', ids);
  }

  async #sheets(reviews: readonly PrescriptionReview[]): Promise<PrescriptionSnapshot[]> {
    const rows = await this.#store.snapshotsOf(reviews);
    return rows.map((row) => {
      if (row === null) throw new AppError('NOT_FOUND', { what: 'Prescription' });
      return this.#vault.open(row);
    });
  }

  /** Those that a decision was made upon stay as they were; the others are found by the archive of today. */
  async #findings(reviews: readonly PrescriptionReview[], actor: Actor): Promise<(Found[] | null)[]> {
    const kept = reviews.map((review) => {
      const text = this.#vault.openColumn('findings', review);
      return text === null ? undefined : (JSON.parse(text) as Found[]);
    });
    const open = reviews.filter((_review, index) => kept[index] === undefined);
    if (open.length === 0) return kept.map((each) => each ?? null);
    const sheets = await this.#sheets(open);
    const found = await this.#safety.checkAll(sheets.map(prescribedOn), actor);
    const byId = new Map(open.map(({ id }, index) => [id, found[index] ?? null]));
    return reviews.map(({ id }, index) => kept[index] ?? byId.get(id) ?? null);
  }
}

/** The patient's account, the author and every pharmacist who reviews or dispenses. */
export function maySee(actor: Actor, { patientAccountId, doctorAccountId }: PrescriptionReview): boolean {
  if (actor.kind !== 'account') return false;
  return (
    [patientAccountId, doctorAccountId].includes(actorId(actor)) ||
    holdsSomewhere(actor, 'prescription.review') ||
    holdsSomewhere(actor, 'prescription.dispense')
  );
}
