import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { isDuplicate } from '../../../shared/db/db-errors.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { ConsentNeeds } from '../consent/consent-needs.ts';
import type { ConsentStore } from '../consent/consent.store.ts';
import type { CareBusiness } from '../external/care.client.ts';
import { endSharing } from '../sharing/end-sharing.ts';
import type { ShareStore } from '../sharing/share.store.ts';
import type { TransferStore } from '../transfer/transfer.store.ts';
import { assertOwn, lockOwn } from './own-patient.ts';
import { checkPerson } from './patient.checks.ts';
import { Patient, PatientRelation, PatientStatus } from './patient.entity.ts';
import type { RemovePatientInput, UpdatePatientInput } from './patient.inputs.ts';
import type { PatientStore } from './patient.store.ts';

export interface EditingParts {
  readonly db: Db;
  readonly patients: PatientStore;
  readonly shares: ShareStore;
  readonly transfers: TransferStore;
  readonly consents: ConsentNeeds;
  readonly consentStore: ConsentStore;
  readonly care: CareBusiness;
  readonly audit: Audit;
  /** Tells the bodies of calls apart without a hash that could be guessed. */
  readonly fingerprint: BlindIndex;
  readonly now: () => Date;
}

type Change = (tx: Tx, before: Patient) => Promise<Patient>;
type Input = Pick<UpdatePatientInput, 'patientId' | 'expectedVersion' | 'idempotencyKey'>;

/** Changes and removes patients; only the account that speaks for one may. */
export class PatientEditingService {
  readonly #parts: EditingParts;

  constructor(parts: EditingParts) {
    this.#parts = parts;
  }

  /**
   * @throws AppError BAD_ID, NOT_FOUND, PATIENT_REMOVED, VERSION_CONFLICT, VALIDATION_FAILED, BAD_IDENTITY_NUMBER,
   *   IDENTITY_MISMATCH, BAD_PHONE, GUARDIAN_NEEDED, CONSENT_NEEDED, PATIENT_EXISTS, IDEMPOTENCY_KEY_REUSED
   */
  async update(actor: Actor, input: UpdatePatientInput): Promise<void> {
    const { patients, consents, audit, now } = this.#parts;
    await this.#change(actor, 'updatePatient', input, async (tx, before) => {
      const checked = checkPerson(changedOf(input, before), businessDay(now()));
      await consents.assertGiven(tx.manager, before.accountId, {
        id: before.id,
        birthDate: checked.birthDate,
        createdAt: before.createdAt,
      });
      const identityIndex = checked.identityNumber ? patients.indexOf(checked.identityNumber) : null;
      const selfOf = checked.relation === PatientRelation.SELF ? before.accountId : null;
      const after = Object.assign(new Patient(), before, checked, { identityIndex, selfOf });
      const fields = Object.keys(checked)
        .filter((field) => after[field as keyof Patient] !== before[field as keyof Patient])
        .join(' ');
      const subject = { subjectType: 'Patient', subjectId: before.id };
      const detail = { fields, version: before.version + 1 };
      await audit.record(tx, { actor, action: 'patient.update', ...subject, detail });
      return after;
    });
  }

  /**
   * Takes a patient off the list: what is shared ends, what is recorded stays, nothing new is begun.
   * @throws AppError BAD_ID, NOT_FOUND, PATIENT_REMOVED, PATIENT_HAS_APPOINTMENTS, VERSION_CONFLICT,
   *   IDEMPOTENCY_KEY_REUSED; UNAVAILABLE while it cannot be told whether there are appointments
   */
  async remove(actor: Actor, input: RemovePatientInput): Promise<void> {
    const { db, patients, shares, transfers, consentStore, care, audit, now } = this.#parts;
    const call = this.#callOf(actor, 'removePatient', input);
    await unlessAnswered(db, call, async () => {
      // Asked only about one of the caller's own, so that nobody learns of the appointments of others.
      assertOwn(await patients.findLatest(parseId('pat', input.patientId)), actorId(actor));
      const open = await care.openAppointments(input.patientId);
      if (open > 0) throw new AppError('PATIENT_HAS_APPOINTMENTS', { count: open });
      await this.#change(actor, 'removePatient', input, async (tx, before) => {
        await endSharing(tx, { shares, consents: consentStore }, before, now());
        await transfers.endAll(tx, before.id, now());
        const subject = { subjectType: 'Patient', subjectId: before.id };
        const detail = { reason: input.reason ?? null };
        await audit.record(tx, { actor, action: 'patient.remove', ...subject, detail });
        return Object.assign(new Patient(), before, { status: PatientStatus.REMOVED, selfOf: null });
      });
      return input.patientId;
    });
  }

  async #change(actor: Actor, operation: string, input: Input, change: Change): Promise<void> {
    const { db, patients } = this.#parts;
    const accountId = actorId(actor);
    const call = this.#callOf(actor, operation, input);
    const id = parseId('pat', input.patientId);
    const changed = db.transaction((tx) =>
      once(tx, call, async () => {
        const before = await lockOwn(tx, patients, accountId, id);
        if (before.version !== input.expectedVersion) throw new AppError('VERSION_CONFLICT');
        const after = Object.assign(await change(tx, before), { version: before.version + 1 });
        const by = { changedBy: accountId, changedAt: call.now };
        if (!(await patients.replace(tx, before, after, by))) throw new AppError('VERSION_CONFLICT');
        return id;
      }),
    );
    await changed.catch((error: unknown) => {
      throw isDuplicate(error) ? new AppError('PATIENT_EXISTS', {}, { cause: error }) : error;
    });
  }

  #callOf(actor: Actor, operation: string, input: Input) {
    const { fingerprint, now } = this.#parts;
    const body = { fingerprint: fingerprint.of(canonical(input)) };
    return { actor, operation, key: input.idempotencyKey, body, now: now() };
  }
}

/** A person as an update makes it: what is not told stays, unless the identity number tells it. */
function changedOf(input: UpdatePatientInput, before: Patient) {
  const { identityNumber, name, relation, phone, birthDate, sex, isLegalGuardian } = input;
  const given = identityNumber?.trim().toUpperCase();
  const isVerified = before.identityNumber !== null;
  if (isVerified && identityNumber !== undefined && given !== before.identityNumber) {
    throw new AppError('IDENTITY_MISMATCH', { field: 'identityNumber' });
  }
  const number = identityNumber ?? before.identityNumber;
  const kept = number === null ? before : { birthDate: null, sex: null };
  const isSameGuardian = (relation ?? before.relation) === before.relation;
  return {
    name: name ?? before.name,
    relation: relation ?? before.relation,
    phone: phone === undefined ? before.phone : phone,
    identityNumber: number,
    birthDate: birthDate ?? kept.birthDate,
    sex: sex ?? kept.sex,
    // Whoever declared it once need not again, unless it is now about somebody younger.
    isLegalGuardian: isLegalGuardian ?? (isSameGuardian && birthDate == null && !identityNumber),
  };
}
