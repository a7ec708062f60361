import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { CodeSystem, codeOf, conceptOf } from '../../../shared/medical/coded-concept.ts';
import { dosageOf } from '../../../shared/medical/dosage.ts';
import { refuseValue as refuse } from '../../../shared/medical/refusal.ts';
import { changesOf, pastDay, shortText, wholeNumber } from './archive.checks.ts';
import type { ArchiveChanges, Change, Editor } from './archive-change.ts';
import {
  Allergy,
  type ArchiveEntry,
  ArchiveEntryEnd,
  type EntryClass,
  CurrentMedication,
  MedicalCondition,
} from './archive-entry.entity.ts';
import type {
  EndArchiveEntryInput,
  RecordAllergyInput,
  RecordConditionInput,
  RecordMedicationInput,
  SourcedInput,
  UpdateHealthArchiveInput,
} from './archive.inputs.ts';
import type { ArchiveStore } from './archive.store.ts';
import { FamilyHistory, Immunisation, Surgery } from './past-entry.entity.ts';
import type {
  RecordFamilyHistoryInput,
  RecordImmunisationInput,
  RecordSurgeryInput,
} from './past-entry.inputs.ts';

const LONGEST_NAME = 128;
const LONGEST_REACTION = 400;
const LONGEST_LOT = 32;
const KINDS = {
  alg: Allergy,
  cnd: MedicalCondition,
  med: CurrentMedication,
  sur: Surgery,
  fam: FamilyHistory,
  imm: Immunisation,
} as const;

/** What an entry of a kind says, without what every entry has. */
type Said<T extends ArchiveEntry> = Omit<T, keyof ArchiveEntry>;

/**
 * Changes of health archives. Each makes a new version. Whether the actor may see the patient, and so change the
 * archive, is for the caller to decide before.
 */
export class ArchiveService {
  readonly #changes: ArchiveChanges;
  readonly #store: ArchiveStore;
  readonly #now: () => Date;

  constructor(changes: ArchiveChanges, store: ArchiveStore, now: () => Date) {
    this.#changes = changes;
    this.#store = store;
    this.#now = now;
  }

  /** @throws AppError VALIDATION_FAILED, NOT_FOUND, IDEMPOTENCY_KEY_REUSED */
  async recordAllergy(editor: Editor, input: RecordAllergyInput): Promise<void> {
    const { severity, status = null } = input;
    const substance = codeOf('substance', CodeSystem.ATC, input.substance);
    const name = shortText('name', input.name, LONGEST_NAME);
    const reaction = input.reaction ? shortText('reaction', input.reaction, LONGEST_REACTION) : null;
    const said = { substance, name, reaction, severity, status };
    await this.#record(editor, 'recordAllergy', input, 'alg', said, (other) => other.substance === substance);
  }

  /** @throws AppError as {@link recordAllergy} */
  async recordCondition(editor: Editor, input: RecordConditionInput): Promise<void> {
    const code = codeOf('code', CodeSystem.ICD10, input.code);
    const name = shortText('name', input.name, LONGEST_NAME);
    const since = this.#past('since', input.since);
    await this.#record(
      editor,
      'recordCondition',
      input,
      'cnd',
      { code, name, since },
      (other) => other.code === code,
    );
  }

  /** @throws AppError as {@link recordAllergy} */
  async recordMedication(editor: Editor, input: RecordMedicationInput): Promise<void> {
    const substance = codeOf('substance', CodeSystem.ATC, input.substance);
    const name = shortText('name', input.name, LONGEST_NAME);
    const since = this.#past('since', input.since);
    const dosage = input.dosage ? dosageOf('dosage', input.dosage) : null;
    const said = { substance, name, since, dosage };
    await this.#record(
      editor,
      'recordMedication',
      input,
      'med',
      said,
      (other) => other.substance === substance,
    );
  }

  /** @throws AppError as {@link recordAllergy} */
  async recordSurgery(editor: Editor, input: RecordSurgeryInput): Promise<void> {
    const name = shortText('name', input.name, LONGEST_NAME);
    const code = input.code ? codeOf('code', CodeSystem.ICD9CM3, input.code) : null;
    const performedOn = this.#past('performedOn', input.performedOn);
    const hospital = input.hospital ? shortText('hospital', input.hospital, LONGEST_NAME) : null;
    const said = { name, code, performedOn, hospital };
    await this.#record(
      editor,
      'recordSurgery',
      input,
      'sur',
      said,
      (other) => other.performedOn === performedOn && (other.code ?? other.name) === (code ?? name),
    );
  }

  /** @throws AppError as {@link recordAllergy} */
  async recordFamilyHistory(editor: Editor, input: RecordFamilyHistoryInput): Promise<void> {
    const { relation } = input;
    const condition = conceptOf('condition', input.condition);
    if (condition.system !== CodeSystem.ICD10) refuse('condition.system', CodeSystem.ICD10);
    const ageAtOnset = wholeNumber('ageAtOnset', input.ageAtOnset, 0, 120);
    const said = { relation, condition, ageAtOnset };
    await this.#record(
      editor,
      'recordFamilyHistory',
      input,
      'fam',
      said,
      (other) => other.relation === relation && other.condition.code === condition.code,
    );
  }

  /** @throws AppError as {@link recordAllergy} */
  async recordImmunisation(editor: Editor, input: RecordImmunisationInput): Promise<void> {
    const vaccine = conceptOf('vaccine', input.vaccine);
    const isVaccine = vaccine.system === CodeSystem.ATC && vaccine.code.startsWith('J07');
    if (!isVaccine) refuse('vaccine', 'ATC J07');
    const doseNumber = wholeNumber('doseNumber', input.doseNumber, 1, 20);
    const givenOn = pastDay('givenOn', input.givenOn, businessDay(this.#now())) ?? refuse('givenOn', 'Date');
    const lot = input.lot ? shortText('lot', input.lot, LONGEST_LOT) : null;
    const said = { vaccine, doseNumber, givenOn, lot };
    await this.#record(
      editor,
      'recordImmunisation',
      input,
      'imm',
      said,
      (other) =>
        other.vaccine.code === vaccine.code &&
        (other.givenOn === givenOn || (doseNumber !== null && other.doseNumber === doseNumber)),
    );
  }

  /** Ends an entry; it stays in the versions before. @throws AppError VALIDATION_FAILED, NOT_FOUND, IDEMPOTENCY_KEY_REUSED */
  async endEntry(editor: Editor, input: EndArchiveEntryInput): Promise<void> {
    const { patientId, entryId } = input;
    const reason = input.reason ?? ArchiveEntryEnd.ENDED;
    if (reason === ArchiveEntryEnd.REPLACED) refuse('reason', 'ENDED, ENTERED_IN_ERROR');
    const kind = entryId.slice(0, 3);
    const call = { editor, operation: 'endArchiveEntry', input, now: this.#now() };
    await this.#changes.make(call, async ({ tx, version }) => {
      const type = Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined;
      const which = { id: entryId, patientId };
      const isEnded = type && (await this.#store.end<ArchiveEntry>(tx, type, which, version, reason));
      if (!isEnded) throw new AppError('NOT_FOUND', { what: 'ArchiveEntry' });
      return {};
    });
  }

  /** @throws AppError VALIDATION_FAILED, NOT_FOUND, VERSION_CONFLICT, IDEMPOTENCY_KEY_REUSED */
  async update(editor: Editor, input: UpdateHealthArchiveInput): Promise<void> {
    const call = { editor, operation: 'updateHealthArchive', input, now: this.#now() };
    await this.#changes.make(call, async ({ patient, before, now }) => {
      if (before.version !== input.expectedVersion) throw new AppError('VERSION_CONFLICT');
      return changesOf(input, before, patient.sex, businessDay(now));
    });
  }

  #past(field: string, day: string | null | undefined): string | null {
    return pastDay(field, day, businessDay(this.#now()));
  }

  async #record<K extends keyof typeof KINDS>(
    editor: Editor,
    operation: string,
    input: SourcedInput,
    kind: K,
    said: Said<InstanceType<(typeof KINDS)[K]>>,
    isSame: (other: InstanceType<(typeof KINDS)[K]>) => boolean,
  ): Promise<void> {
    type Entry = InstanceType<(typeof KINDS)[K]>;
    const type = KINDS[kind] as EntryClass<Entry>;
    await this.#changes.make({ editor, operation, input, now: this.#now() }, async (change) => {
      const entry = Object.assign(new type(), entryOf(kind, editor.actor, change), said);
      await this.#store.replace<Entry>(change.tx, type, entry, isSame);
      return {};
    });
  }
}

function entryOf(type: string, actor: Actor, { patient, version, source, now }: Change) {
  return {
    id: newId(type),
    patientId: patient.id,
    content: null,
    source,
    recordedVersion: version,
    endedVersion: null,
    endReason: null,
    recordedBy: actorId(actor),
    recordedAt: now,
  };
}
