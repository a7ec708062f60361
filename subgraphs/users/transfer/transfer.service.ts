import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import type { ConsentNeeds } from '../consent/consent-needs.ts';
import type { ConsentStore } from '../consent/consent.store.ts';
import type { CareBusiness } from '../external/care.client.ts';
import type { PhoneBook } from '../invitation/phone-book.ts';
import { parseIdentityNumber } from '../patient/identity-number.ts';
import { lockAccount } from '../account/lock-account.ts';
import { lockOwn } from '../patient/own-patient.ts';
import { assertGuarded } from '../patient/patient.checks.ts';
import { Patient, PatientRelation, PatientStatus } from '../patient/patient.entity.ts';
import { lockRoom } from '../patient/patient-room.ts';
import type { PatientStore } from '../patient/patient.store.ts';
import { endSharing } from '../sharing/end-sharing.ts';
import type { ShareStore } from '../sharing/share.store.ts';
import { PatientTransfer, PatientTransferStatus } from './transfer.entity.ts';
import type {
  AcceptPatientTransferInput,
  OfferPatientTransferInput,
  PatientTransferInput,
} from './transfer.inputs.ts';
import type { TransferStore } from './transfer.store.ts';

const OFFERED_FOR_MS = 72 * 3_600_000;

export interface TransferParts {
  readonly db: Db;
  readonly transfers: TransferStore;
  readonly shares: ShareStore;
  readonly patients: PatientStore;
  readonly phones: PhoneBook;
  readonly consents: ConsentStore;
  readonly consentNeeds: ConsentNeeds;
  readonly care: CareBusiness;
  readonly audit: Audit;
  /** Tells the bodies of calls apart without a hash that could be guessed. */
  readonly fingerprint: BlindIndex;
  readonly now: () => Date;
}

/**
 * Hands a patient over to another account. PENDING → ACCEPTED or DECLINED by who is invited, CANCELLED by who offered;
 * the row of the patient is the lock, and the conditional update of the transfer has the last word.
 */
export class TransferService {
  readonly #parts: TransferParts;

  constructor(parts: TransferParts) {
    this.#parts = parts;
  }

  /**
   * Takes the place of an earlier offer of the patient.
   * @returns the identifier of the transfer
   * @throws AppError BAD_ID, NOT_FOUND, PATIENT_REMOVED, BAD_PHONE, VALIDATION_FAILED, SELF_NOT_TRANSFERABLE,
   *   IDEMPOTENCY_KEY_REUSED
   */
  async offer(actor: Actor, input: OfferPatientTransferInput): Promise<string> {
    const { db, transfers, patients, phones, fingerprint, now: clock } = this.#parts;
    const now = clock();
    const accountId = actorId(actor);
    const patientId = parseId('pat', input.patientId);
    const phone = normalisePhone(input.toPhone);
    const toIndex = phones.indexOf(phone);
    const body = { fingerprint: fingerprint.of(canonical(input)) };
    const call = { actor, operation: 'offerPatientTransfer', key: input.idempotencyKey, body, now };
    return db.transaction((tx) =>
      once(tx, call, async () => {
        const patient = await lockOwn(tx, patients, accountId, patientId);
        if (patient.relation === PatientRelation.SELF) throw new AppError('SELF_NOT_TRANSFERABLE');
        if (await phones.isNumberOf(tx.manager, accountId, toIndex)) {
          throw new AppError('VALIDATION_FAILED', { field: 'toPhone', reason: '≠' });
        }
        await transfers.endAll(tx, patientId, now);
        const id = newId('trf');
        const to = { toIndex, toPhone: phone, toAccountId: null };
        const time = { createdAt: now, expiresAt: new Date(now.getTime() + OFFERED_FOR_MS), endedAt: null };
        const offered = { id, patientId, fromAccountId: accountId, ...to, ...time };
        const status = PatientTransferStatus.PENDING;
        await transfers.insert(tx, Object.assign(new PatientTransfer(), offered, { status }));
        await this.#note(tx, actor, 'patient.transfer_offer', patientId, id);
        return id;
      }),
    );
  }

  /**
   * Who offered the patient loses it at once, with all that was shared of it.
   * @returns the identifier of the patient
   * @throws AppError BAD_ID, NOT_FOUND for who is not invited, INVITATION_OVER, IDENTITY_MISMATCH,
   *   BAD_IDENTITY_NUMBER, GUARDIAN_NEEDED, CONSENT_NEEDED, PATIENT_EXISTS, TOO_MANY_PATIENTS,
   *   PATIENT_HAS_APPOINTMENTS, IDEMPOTENCY_KEY_REUSED; UNAVAILABLE while it cannot be told whether there are any
   */
  async accept(actor: Actor, input: AcceptPatientTransferInput): Promise<string> {
    const { db, phones, care, fingerprint, now: clock } = this.#parts;
    const now = clock();
    const { transferId, idempotencyKey: key } = input;
    const body = { fingerprint: fingerprint.of(canonical(input)) };
    const call = { actor, operation: 'acceptPatientTransfer', key, body, now };
    return unlessAnswered(db, call, async () => {
      const transfer = await this.#find(transferId);
      const isInvited = await db.readPrimary((manager) =>
        phones.isNumberOf(manager, actorId(actor), transfer.toIndex),
      );
      if (!isInvited) throw missing();
      // An appointment stays with the account that made it, so there must be none on the way.
      const open = await care.openAppointments(transfer.patientId);
      if (open > 0) throw new AppError('PATIENT_HAS_APPOINTMENTS', { count: open });
      return db.transaction((tx) => once(tx, call, () => this.#hand(tx, actor, input, transfer)));
    });
  }

  /** @throws AppError BAD_ID, NOT_FOUND for who is not invited, INVITATION_OVER, IDEMPOTENCY_KEY_REUSED */
  async decline(actor: Actor, input: PatientTransferInput): Promise<void> {
    await this.#end(actor, input, PatientTransferStatus.DECLINED);
  }

  /** @throws AppError BAD_ID, NOT_FOUND for who did not offer it, INVITATION_OVER, IDEMPOTENCY_KEY_REUSED */
  async cancel(actor: Actor, input: PatientTransferInput): Promise<void> {
    await this.#end(actor, input, PatientTransferStatus.CANCELLED);
  }

  async #hand(
    tx: Tx,
    actor: Actor,
    input: AcceptPatientTransferInput,
    { id, patientId, fromAccountId }: PatientTransfer,
  ): Promise<string> {
    const { transfers, patients, consentNeeds, now: clock } = this.#parts;
    const now = clock();
    const accountId = actorId(actor);
    await lockAccount(tx, accountId);
    if (!(await transfers.isOpen(tx, id, now))) throw new AppError('INVITATION_OVER');
    const before = await this.#lockRoom(tx, accountId, patientId, input.relation);
    if (before?.accountId !== fromAccountId || before.status !== PatientStatus.ACTIVE) {
      throw new AppError('INVITATION_OVER');
    }
    this.#assertRelation(input, before, businessDay(now));
    await consentNeeds.assertGiven(tx.manager, accountId, {
      id: before.id,
      birthDate: before.birthDate,
      createdAt: now,
    });
    if (!(await transfers.accept(tx, id, accountId, now))) throw new AppError('INVITATION_OVER');
    await endSharing(tx, this.#parts, before, now);
    const selfOf = input.relation === PatientRelation.SELF ? accountId : null;
    const theirs = { accountId, selfOf, relation: input.relation, version: before.version + 1 };
    const after = Object.assign(new Patient(), before, theirs);
    if (!(await patients.replace(tx, before, after, { changedBy: accountId, changedAt: now }))) {
      throw new AppError('VERSION_CONFLICT');
    }
    await this.#note(tx, actor, 'patient.transfer_accept', patientId, id);
    return patientId;
  }

  /** Holds the new account, then the patient. @throws AppError PATIENT_EXISTS, TOO_MANY_PATIENTS */
  async #lockRoom(
    tx: Tx,
    accountId: string,
    patientId: string,
    relation: PatientRelation,
  ): Promise<Patient | null> {
    const { patients } = this.#parts;
    const identityNumber = await patients.identityNumberOf(tx, patientId);
    // Two records of one person cannot become one, also when one of them was removed.
    if (await lockRoom(tx, patients, accountId, { relation, identityNumber })) {
      throw new AppError('PATIENT_EXISTS');
    }
    return patients.lock(tx, patientId);
  }

  #assertRelation(input: AcceptPatientTransferInput, patient: Patient, today: string): void {
    const { relation, identityNumber, isLegalGuardian } = input;
    assertGuarded({ relation, birthDate: patient.birthDate, isLegalGuardian }, today);
    if (relation !== PatientRelation.SELF) return;
    const given = identityNumber ? parseIdentityNumber(identityNumber, today).number : undefined;
    if (given === undefined || given !== patient.identityNumber) {
      throw new AppError('IDENTITY_MISMATCH', { field: 'identityNumber' });
    }
  }

  async #end(
    actor: Actor,
    { transferId, idempotencyKey: key }: PatientTransferInput,
    status: PatientTransferStatus,
  ): Promise<void> {
    const { db, transfers, patients, phones, now } = this.#parts;
    const isDeclined = status === PatientTransferStatus.DECLINED;
    const operation = isDeclined ? 'declinePatientTransfer' : 'cancelPatientTransfer';
    const transfer = await this.#find(transferId);
    const { id, patientId, fromAccountId, toIndex } = transfer;
    await db.transaction((tx) =>
      once(tx, { actor, operation, key, body: { transferId }, now: now() }, async () => {
        await patients.lock(tx, patientId);
        const isParty = isDeclined
          ? await phones.isNumberOf(tx.manager, actorId(actor), toIndex)
          : fromAccountId === actorId(actor);
        if (!isParty) throw missing();
        if (!(await transfers.end(tx, id, status, now()))) throw new AppError('INVITATION_OVER');
        const action = isDeclined ? 'patient.transfer_decline' : 'patient.transfer_cancel';
        await this.#note(tx, actor, action, patientId, id);
        return id;
      }),
    );
  }

  async #find(id: string): Promise<PatientTransfer> {
    const found = await this.#parts.transfers.find(parseId('trf', id));
    if (!found) throw missing();
    return found;
  }

  async #note(tx: Tx, actor: Actor, action: string, subjectId: string, transfer: string): Promise<void> {
    const subject = { subjectType: 'Patient', subjectId };
    await this.#parts.audit.record(tx, { actor, action, ...subject, detail: { transfer } });
  }
}

const missing = () => new AppError('NOT_FOUND', { what: 'PatientTransfer' });
