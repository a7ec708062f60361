import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import { ConsentPurpose } from '../consent/consent.entity.ts';
import type { ConsentService } from '../consent/consent.service.ts';
import type { ConsentNeeds } from '../consent/consent-needs.ts';
import type { ConsentStore } from '../consent/consent.store.ts';
import type { PhoneBook } from '../invitation/phone-book.ts';
import type { Patient } from '../patient/patient.entity.ts';
import { lockOwn } from '../patient/own-patient.ts';
import type { PatientStore } from '../patient/patient.store.ts';
import { PatientShare, PatientShareStatus } from './share.entity.ts';
import type { PatientShareInput, SharePatientInput } from './share.inputs.ts';
import type { ShareStore } from './share.store.ts';

/** Long enough to read a message, short enough that a wrong number does not stay open. */
const OFFERED_FOR_MS = 72 * 3_600_000;
const MOST = 20;

export interface SharingParts {
  readonly db: Db;
  readonly shares: ShareStore;
  readonly patients: PatientStore;
  readonly phones: PhoneBook;
  readonly consents: ConsentStore;
  readonly consenting: ConsentService;
  readonly consentNeeds: ConsentNeeds;
  readonly audit: Audit;
  /** Tells the bodies of calls apart without a hash that could be guessed. */
  readonly fingerprint: BlindIndex;
  readonly now: () => Date;
}

/**
 * Shows a patient to another account. PENDING → ACTIVE by who is invited; both → REVOKED by either side. The row of
 * the patient is the lock: sharing, transfer and removal are one after the other.
 */
export class SharingService {
  readonly #parts: SharingParts;

  constructor(parts: SharingParts) {
    this.#parts = parts;
  }

  /**
   * Offers a patient; an earlier share with the same number ends. The call is the consent to SHARING.
   * @returns the identifier of the share
   * @throws AppError BAD_ID, NOT_FOUND, PATIENT_REMOVED, BAD_PHONE, VALIDATION_FAILED, CONSENT_NEEDED,
   *   VERSION_CONFLICT where another version of the text counts, IDEMPOTENCY_KEY_REUSED
   */
  async share(actor: Actor, input: SharePatientInput): Promise<string> {
    const { db, shares, patients, phones, consenting, consentNeeds, fingerprint, now: clock } = this.#parts;
    const now = clock();
    const accountId = actorId(actor);
    const patientId = parseId('pat', input.patientId);
    const phone = normalisePhone(input.withPhone);
    const until = input.until ?? null;
    if (until !== null && until <= now) {
      throw new AppError('VALIDATION_FAILED', { field: 'until', reason: `> ${now.toISOString()}` });
    }
    const toIndex = phones.indexOf(phone);
    const body = { fingerprint: fingerprint.of(canonical(input)) };
    const call = { actor, operation: 'sharePatient', key: input.idempotencyKey, body, now };
    return db.transaction((tx) =>
      once(tx, call, async () => {
        const patient = await lockOwn(tx, patients, accountId, patientId);
        await consentNeeds.assertGiven(tx.manager, accountId, patient);
        if (await phones.isNumberOf(tx.manager, accountId, toIndex)) {
          throw new AppError('VALIDATION_FAILED', { field: 'withPhone', reason: '≠' });
        }
        await shares.endLate(tx, patientId, now);
        await shares.endAll(tx, patientId, now, phones.candidatesOf(phone));
        if ((await shares.countOpen(tx, patientId)) >= MOST) {
          throw new AppError('VALIDATION_FAILED', { field: 'withPhone', reason: `0 – ${MOST}` });
        }
        const consent = { purpose: ConsentPurpose.SHARING, version: input.consentVersion, patientId };
        await consenting.record(tx, actor, consent);
        const id = newId('shr');
        const offer = { id, patientId, fromAccountId: accountId, toIndex, toPhone: phone, toAccountId: null };
        const time = { createdAt: now, expiresAt: new Date(now.getTime() + OFFERED_FOR_MS), endedAt: null };
        const terms = { level: input.level, until, status: PatientShareStatus.PENDING };
        await shares.insert(tx, Object.assign(new PatientShare(), offer, time, terms));
        await this.#note(tx, actor, 'patient.share', patientId, { share: id, level: input.level });
        return id;
      }),
    );
  }

  /**
   * @throws AppError BAD_ID, NOT_FOUND for who is not invited, INVITATION_OVER, CONSENT_NEEDED,
   *   IDEMPOTENCY_KEY_REUSED
   */
  async accept(actor: Actor, input: PatientShareInput): Promise<void> {
    const { shares, phones, consentNeeds, now } = this.#parts;
    const accountId = actorId(actor);
    await this.#change(actor, 'acceptPatientShare', input, async (tx, share, patient) => {
      if (!(await phones.isNumberOf(tx.manager, accountId, share.toIndex))) throw missing();
      if (patient?.accountId !== share.fromAccountId) throw new AppError('INVITATION_OVER');
      await consentNeeds.assertGiven(tx.manager, accountId);
      const isAccepted = await shares.accept(tx, share.id, accountId, now());
      if (!isAccepted) throw new AppError('INVITATION_OVER');
      await this.#note(tx, actor, 'patient.share_accept', share.patientId, { share: share.id });
    });
  }

  /**
   * Ends a share, or declines it; who could see the patient by it cannot any more.
   * @throws AppError BAD_ID, NOT_FOUND for who is no party, INVITATION_OVER, IDEMPOTENCY_KEY_REUSED
   */
  async revoke(actor: Actor, input: PatientShareInput): Promise<void> {
    const { shares, phones, consents, now } = this.#parts;
    const accountId = actorId(actor);
    await this.#change(actor, 'revokePatientShare', input, async (tx, share) => {
      const { id, patientId, fromAccountId, toAccountId, toIndex } = share;
      const isInvited = toAccountId === null && (await phones.isNumberOf(tx.manager, accountId, toIndex));
      if (![fromAccountId, toAccountId].includes(accountId) && !isInvited) throw missing();
      if (!(await shares.end(tx, id, now()))) throw new AppError('INVITATION_OVER');
      if ((await shares.countOpen(tx, patientId)) === 0) {
        const consent = { accountId: fromAccountId, purpose: ConsentPurpose.SHARING, patientId };
        await consents.withdraw(tx, consent, now());
      }
      await this.#note(tx, actor, 'patient.share_revoke', patientId, { share: id });
    });
  }

  async #change(
    actor: Actor,
    operation: string,
    { shareId, idempotencyKey: key }: PatientShareInput,
    work: (tx: Tx, share: PatientShare, patient: Patient | null) => Promise<void>,
  ): Promise<void> {
    const { db, shares, patients, now } = this.#parts;
    const id = parseId('shr', shareId);
    const share = await shares.find(id);
    if (!share) throw missing();
    await db.transaction((tx) =>
      once(tx, { actor, operation, key, body: { shareId }, now: now() }, async () => {
        const patient = await patients.lock(tx, share.patientId);
        await work(tx, (await shares.latest(tx, id)) ?? share, patient);
        return id;
      }),
    );
  }

  async #note(
    tx: Tx,
    actor: Actor,
    action: string,
    subjectId: string,
    detail: Record<string, string>,
  ): Promise<void> {
    await this.#parts.audit.record(tx, { actor, action, subjectType: 'Patient', subjectId, detail });
  }
}

const missing = () => new AppError('NOT_FOUND', { what: 'PatientShare' });
