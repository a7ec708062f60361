import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { PrescriptionSnapshot } from '../../../shared/events/prescription-snapshot.ts';
import type { FallibleRead } from '../../../shared/loader/loaders.ts';
import type { Found } from '../safety/safety-check.ts';
import type { SafetyService } from '../safety/safety.service.ts';
import type { PrescriptionReview } from './prescription-review.entity.ts';
import type { ReviewStore } from './review.store.ts';
import { prescribedOn } from './sheet.types.ts';
import type { SnapshotVault } from './snapshot-vault.ts';

interface Batches {
  readonly sheets: FallibleRead<PrescriptionReview, PrescriptionSnapshot>;
  readonly findings: FallibleRead<PrescriptionReview, Found[]>;
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

  async #sheets(reviews: readonly PrescriptionReview[]): Promise<(PrescriptionSnapshot | AppError)[]> {
    const rows = await this.#store.snapshotsOf(reviews);
    return rows.map((row) =>
      row === null
        ? new AppError('NOT_FOUND', { what: 'Prescription' })
        : attempt(() => this.#vault.open(row)),
    );
  }

  /** Those that a decision was made upon stay as they were; the others are found by the archive of today. */
  async #findings(
    reviews: readonly PrescriptionReview[],
    actor: Actor,
  ): Promise<(Found[] | AppError | null)[]> {
    const kept = new Map(reviews.map((review) => [review.id, attempt(() => this.#keptFindings(review))]));
    const open = reviews.filter(({ id }) => kept.get(id) === null);
    const sheets = await this.#sheets(open);
    const readable = sheets.flatMap((sheet) => (sheet instanceof AppError ? [] : [sheet]));
    const checked =
      readable.length === 0 ? [] : await this.#safety.checkAll(readable.map(prescribedOn), actor);
    const found = new Map(
      readable.map(({ prescriptionId }, index) => [prescriptionId, checked[index] ?? null]),
    );
    const unreadable = new Map(open.map(({ id }, index) => [id, sheets[index]]));
    return reviews.map(({ id, prescriptionId }) => {
      const sheet = unreadable.get(id);
      if (sheet instanceof AppError) return sheet;
      return kept.get(id) ?? found.get(prescriptionId) ?? null;
    });
  }

  #keptFindings(review: PrescriptionReview): Found[] | null {
    const text = this.#vault.openColumn('findings', review);
    return text === null ? null : (JSON.parse(text) as Found[]);
  }
}

/** One sheet that cannot be read must not take the others of its list with it. */
function attempt<T>(work: () => T): T | AppError {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
