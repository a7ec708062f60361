import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import type { Patient } from '../patient/patient.entity.ts';
import { atcCode, changesOf, icdCode, pastDay, shortText } from './archive.checks.ts';
import { HealthArchive } from './archive.entity.ts';
import { Allergy, type ArchiveEntry, CurrentMedication, MedicalCondition } from './archive-entry.entity.ts';
import type {
  EndArchiveEntryInput,
  RecordAllergyInput,
  RecordConditionInput,
  RecordMedicationInput,
  UpdateHealthArchiveInput,
} from './archive.inputs.ts';
import type { ArchiveStore } from './archive.store.ts';

const LONGEST_NAME = 128;
const LONGEST_REACTION = 400;
const KINDS = { alg: Allergy, cnd: MedicalCondition, med: CurrentMedication } as const;

interface Change {
  readonly tx: Tx;
  readonly patient: Patient;
  readonly before: HealthArchive;
  /** That of the archive after the change. */
  readonly version: number;
  readonly now: Date;
}

interface Input {
  readonly patientId: string;
  readonly idempotencyKey: string;
}

/**
 * Changes of health archives. Each makes a new version. Whether the actor may see the patient, and so change the
 * archive, is for the caller to decide before.
 */
export class ArchiveService {
  readonly #db: Db;
  readonly #store: ArchiveStore;
  readonly #audit: Audit;
  readonly #fingerprint: BlindIndex;
  readonly #now: () => Date;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(db: Db, store: ArchiveStore, audit: Audit, fingerprint: BlindIndex, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#audit = audit;
    this.#fingerprint = fingerprint;
    this.#now = now;
  }

  /** @throws AppError VALIDATION_FAILED, NOT_FOUND, IDEMPOTENCY_KEY_REUSED */
  async recordAllergy(actor: Actor, input: RecordAllergyInput): Promise<void> {
    const { patientId, severity } = input;
    const substance = atcCode(input.substance);
    const name = shortText('name', input.name, LONGEST_NAME);
    const reaction = input.reaction ? shortText('reaction', input.reaction, LONGEST_REACTION) : null;
    await this.#change(actor, 'recordAllergy', input, async (change) => {
      const entry = { ...entryOf('alg', actor, name, change), substance, reaction, severity };
      await this.#store.replace(
        change.tx,
        Allergy,
        { patientId, substance },
        Object.assign(new Allergy(), entry),
      );
      return {};
    });
  }

  /** @throws AppError as {@link recordAllergy} */
  async recordCondition(actor: Actor, input: RecordConditionInput): Promise<void> {
    const { patientId } = input;
    const code = icdCode(input.code);
    const name = shortText('name', input.name, LONGEST_NAME);
    const since = pastDay('since', input.since, businessDay(this.#now()));
    await this.#change(actor, 'recordCondition', input, async (change) => {
      const entry = { ...entryOf('cnd', actor, name, change), code, since };
      await this.#store.replace(
        change.tx,
        MedicalCondition,
        { patientId, code },
        Object.assign(new MedicalCondition(), entry),
      );
      return {};
    });
  }

  /** @throws AppError as {@link recordAllergy} */
  async recordMedication(actor: Actor, input: RecordMedicationInput): Promise<void> {
    const { patientId } = input;
    const substance = atcCode(input.substance);
    const name = shortText('name', input.name, LONGEST_NAME);
    const since = pastDay('since', input.since, businessDay(this.#now()));
    await this.#change(actor, 'recordMedication', input, async (change) => {
      const entry = { ...entryOf('med', actor, name, change), substance, since };
      await this.#store.replace(
        change.tx,
        CurrentMedication,
        { patientId, substance },
        Object.assign(new CurrentMedication(), entry),
      );
      return {};
    });
  }

  /** Ends an entry; it stays in the versions before. @throws AppError NOT_FOUND, IDEMPOTENCY_KEY_REUSED */
  async endEntry(actor: Actor, input: EndArchiveEntryInput): Promise<void> {
    const { patientId, entryId } = input;
    const kind = entryId.slice(0, 3);
    await this.#change(actor, 'endArchiveEntry', input, async ({ tx, version }) => {
      const type = Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined;
      const ended =
        type && (await this.#store.end<ArchiveEntry>(tx, type, { id: entryId, patientId }, version));
      if (!ended) throw new AppError('NOT_FOUND', { what: 'ArchiveEntry' });
      return {};
    });
  }

  /** @throws AppError VALIDATION_FAILED, NOT_FOUND, VERSION_CONFLICT, IDEMPOTENCY_KEY_REUSED */
  async update(actor: Actor, input: UpdateHealthArchiveInput): Promise<void> {
    await this.#change(actor, 'updateHealthArchive', input, async ({ patient, before, now }) => {
      if (before.version !== input.expectedVersion) throw new AppError('VERSION_CONFLICT');
      return changesOf(input, before, patient.sex, businessDay(now));
    });
  }

  async #change(
    actor: Actor,
    operation: string,
    input: Input,
    work: (change: Change) => Promise<Partial<HealthArchive>>,
  ): Promise<void> {
    const { patientId, idempotencyKey: key } = input;
    const now = this.#now();
    const body = { fingerprint: this.#fingerprint.of(canonical(input)) };
    await this.#db.transaction((tx) =>
      once(tx, { actor, operation, key, body, now }, async () => {
        const patient = await this.#store.lock(tx, patientId);
        if (!patient) throw new AppError('NOT_FOUND', { what: 'Patient' });
        const before = await this.#store.version(tx, patientId, patient.archiveVersion);
        const version = before.version + 1;
        const changed = await work({ tx, patient, before, version, now });
        const after = Object.assign(new HealthArchive(), before, changed, { version, updatedAt: now });
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

function entryOf(type: string, actor: Actor, name: string, { patient, version, now }: Change) {
  return {
    id: newId(type),
    patientId: patient.id,
    name,
    recordedVersion: version,
    endedVersion: null,
    recordedBy: actorId(actor),
    recordedAt: now,
  };
}
