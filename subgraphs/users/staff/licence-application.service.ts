import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { personName } from '../patient/person-name.ts';
import { lockAccount } from '../account/lock-account.ts';
import { assertInstitution, type Places } from '../role/grant-check.service.ts';
import type { LicenceDocumentStore } from './licence-document.store.ts';
import { LicenceStatus, StaffLicence } from './licence.entity.ts';
import type { ApplyForLicenceInput } from './licence.inputs.ts';
import { parseNumber, parsePlace, professions } from './licence-number.ts';
import { assertMove } from './licence-state.ts';
import type { LicenceStore } from './licence.store.ts';

const LONGEST_SPECIALTIES = 500;
const MOST_DOCUMENTS = 10;

export interface LicenceParts {
  readonly db: Db;
  readonly licences: LicenceStore;
  readonly documents: LicenceDocumentStore;
  readonly audit: Audit;
  /** Those that own hospitals and pharmacies. */
  readonly places: Places;
  /** Tells the bodies of calls apart without a hash that could be guessed. */
  readonly fingerprint: BlindIndex;
  readonly now: () => Date;
}

/** Takes the applications of doctors and pharmacists. */
export class LicenceApplicationService {
  readonly #parts: LicenceParts;

  constructor(parts: LicenceParts) {
    this.#parts = parts;
  }

  /**
   * Applies, or applies again after a rejection.
   * @returns the identifier of the licence
   * @throws AppError LICENCE_NUMBER_INVALID, LICENCE_EXISTS, LICENCE_STATE while there is one that was not rejected;
   *   VALIDATION_FAILED, BAD_ID, IDEMPOTENCY_KEY_REUSED; NOT_FOUND for an institution or a department that does not
   *   exist; UNAVAILABLE when its owner does not answer
   */
  async apply(actor: Actor, input: ApplyForLicenceInput): Promise<string> {
    const { db, fingerprint, places, now } = this.#parts;
    const at = now();
    const today = businessDay(at);
    const body = { fingerprint: fingerprint.of(canonical(input)) };
    const call = { actor, operation: 'applyForLicence', key: input.idempotencyKey, body, now: at };
    return unlessAnswered(db, call, async () => {
      const told = checked(input, today);
      const documentIds = checkedDocuments(input.documentIds);
      await assertInstitution(places, told.institutionId, told.departmentId);
      return db.transaction((tx) => once(tx, call, () => this.#apply(tx, actor, told, documentIds, at)));
    });
  }

  async #apply(
    tx: Tx,
    actor: Actor,
    told: ReturnType<typeof checked>,
    documentIds: readonly string[],
    at: Date,
  ): Promise<string> {
    const { licences, documents, audit } = this.#parts;
    const accountId = actorId(actor);
    await lockAccount(tx, accountId);
    const known = await licences.lock(tx, { accountId, kind: told.kind });
    if (known) assertMove(known, LicenceStatus.SUBMITTED, [LicenceStatus.REJECTED], businessDay(at));
    const licence = Object.assign(new StaffLicence(), {
      ...told,
      id: known?.id ?? newId('lic'),
      accountId,
      status: LicenceStatus.SUBMITTED,
      version: (known?.version ?? 0) + 1,
      licenceIndex: licences.indexOf(told.licenceNumber),
      reason: null,
      submittedAt: at,
      reviewedAt: null,
      reviewedBy: null,
    });
    await (known ? licences.update(tx, licence) : licences.insert(tx, licence));
    await this.#handIn(tx, documents, licence, documentIds);
    const { id, kind, institutionId, version } = licence;
    const detail = { kind, institutionId, version };
    const subject = { subjectType: 'StaffLicence', subjectId: id };
    await audit.record(tx, { actor, action: 'staff_licence.apply', ...subject, detail });
    return id;
  }

  async #handIn(
    tx: Tx,
    documents: LicenceDocumentStore,
    { id, accountId }: StaffLicence,
    documentIds: readonly string[],
  ): Promise<void> {
    if (!(await documents.attach(tx, accountId, id, documentIds))) {
      throw new AppError('NOT_FOUND', { what: 'LicenceDocument' });
    }
  }
}

function checked(input: ApplyForLicenceInput, today: string) {
  const { kind, title, validUntil } = input;
  const name = personName('name', input.name);
  const specialties = input.specialties.normalize('NFC').trim();
  if (specialties.length > LONGEST_SPECIALTIES) {
    throw new AppError('VALIDATION_FAILED', { field: 'specialties', reason: `≤ ${LONGEST_SPECIALTIES}` });
  }
  if (!professions[kind].titles.includes(title)) {
    throw new AppError('VALIDATION_FAILED', { field: 'title', reason: kind });
  }
  if (validUntil != null && validUntil < today) {
    throw new AppError('VALIDATION_FAILED', { field: 'validUntil', reason: `≥ ${today}` });
  }
  return {
    kind,
    name,
    title,
    specialties,
    validUntil: validUntil ?? null,
    licenceNumber: parseNumber('licence', kind, input.licenceNumber),
    qualificationNumber: parseNumber('qualification', kind, input.qualificationNumber),
    ...parsePlace(kind, input.institutionId, input.departmentId ?? null),
  };
}

function checkedDocuments(given: readonly string[]): string[] {
  const ids = [...new Set(given)].map((each) => parseId('ldc', each));
  if (ids.length < 1 || ids.length > MOST_DOCUMENTS) {
    throw new AppError('VALIDATION_FAILED', { field: 'documentIds', reason: `1 – ${MOST_DOCUMENTS}` });
  }
  return ids;
}
