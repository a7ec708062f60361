import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import type { Capacity } from '../patient/patient.access.ts';
import type { Patient } from '../patient/patient.entity.ts';
import { HealthArchive } from './archive.entity.ts';
import { ArchiveSource } from './archive-entry.types.ts';
import type { ArchiveStore } from './archive.store.ts';

export interface Change {
  readonly tx: Tx;
  readonly patient: Patient;
  readonly before: HealthArchive;
  /** That of the archive after the change. */
  readonly version: number;
  readonly source: ArchiveSource;
  readonly now: Date;
}

/** Who changes an archive, and in which capacity: that was decided with the right to do it. */
export interface Editor {
  readonly actor: Actor;
  readonly as: Capacity;
}

interface Input {
  readonly patientId: string;
  readonly idempotencyKey: string;
  readonly source?: ArchiveSource | null;
}

const BY_A_DOCTOR = [ArchiveSource.DOCTOR, ArchiveSource.IMPORT];
const BY_THE_FAMILY = [ArchiveSource.PATIENT, ArchiveSource.DEVICE, ArchiveSource.IMPORT];

/** Makes one version of an archive out of another, with all that goes along with it. */
export class ArchiveChanges {
  readonly #db: Db;
  readonly #store: ArchiveStore;
  readonly #audit: Audit;
  readonly #fingerprint: BlindIndex;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(db: Db, store: ArchiveStore, audit: Audit, fingerprint: BlindIndex) {
    this.#db = db;
    this.#store = store;
    this.#audit = audit;
    this.#fingerprint = fingerprint;
  }

  /**
   * Runs `work` once for an idempotency key, and appends the version that it answers with.
   * @param work runs in the transaction; what it leaves out stays as it was
   * @throws AppError VALIDATION_FAILED, NOT_FOUND, VERSION_CONFLICT, IDEMPOTENCY_KEY_REUSED
   */
  async make(
    call: { readonly editor: Editor; readonly operation: string; readonly input: Input; readonly now: Date },
    work: (change: Change) => Promise<Partial<HealthArchive>>,
  ): Promise<void> {
    const { editor, operation, input, now } = call;
    const { actor } = editor;
    const { patientId, idempotencyKey: key } = input;
    const body = { fingerprint: this.#fingerprint.of(canonical(input)) };
    await this.#db.transaction((tx) =>
      once(tx, { actor, operation, key, body, now }, async () => {
        const patient = await this.#store.lock(tx, patientId);
        if (!patient) throw new AppError('NOT_FOUND', { what: 'Patient' });
        const source = sourceOf(editor, input.source);
        const before = await this.#store.version(tx, patientId, patient.archiveVersion);
        const version = before.version + 1;
        const changed = await work({ tx, patient, before, version, source, now });
        const made = { id: newId('arv'), version, updatedAt: now, changedBy: actorId(actor), source };
        const after = Object.assign(new HealthArchive(), before, changed, made);
        if (!(await this.#store.append(tx, after))) throw new AppError('VERSION_CONFLICT');
        await this.#audit.record(tx, {
          actor,
          action: 'health_archive.change',
          subjectType: 'Patient',
          subjectId: patientId,
          detail: { operation, version },
        });
        return patientId;
      }),
    );
  }
}

/** Whom a version comes from: nobody passes for a doctor, and no doctor for a patient. */
function sourceOf({ as }: Editor, given: ArchiveSource | null | undefined): ArchiveSource {
  const isDoctor = as === 'DOCTOR';
  const possible = isDoctor ? BY_A_DOCTOR : BY_THE_FAMILY;
  const source = given ?? (isDoctor ? ArchiveSource.DOCTOR : ArchiveSource.PATIENT);
  if (!possible.includes(source)) {
    throw new AppError('VALIDATION_FAILED', { field: 'source', reason: possible.join(', ') });
  }
  return source;
}
