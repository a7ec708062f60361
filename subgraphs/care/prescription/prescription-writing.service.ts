import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { Consultation } from '../consultation/consultation.entity.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import type { OwnPatients } from '../external/users.client.ts';
import { assertFollowUp, type Treatment, treatmentBy } from '../record/treatment.ts';
import { assertNotOwnPatient } from './own-patient.ts';
import { Prescription, PrescriptionStatus } from './prescription.entity.ts';
import { checkedPrescription, type PrescriptionContent } from './prescription-content.ts';
import type { SavePrescriptionInput } from './prescription.inputs.ts';
import type { PrescriptionStore } from './prescription.store.ts';

const MOST_IN_CONSULTATION = 20;
/** A rejected prescription is written anew after the talk is over; as long as one may be valid, and no longer. */
const AFTER_CLOSING_MS = 3 * 24 * 3_600_000;

/** Writes the drafts of prescriptions. */
export class PrescriptionWritingService {
  readonly #db: Db;
  readonly #prescriptions: PrescriptionStore;
  readonly #consultations: ConsultationStore;
  readonly #consents: ConsentCheck;
  readonly #own: OwnPatients;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(
    db: Db,
    prescriptions: PrescriptionStore,
    consultations: ConsultationStore,
    consents: ConsentCheck,
    own: OwnPatients,
    audit: Audit,
    now: () => Date,
  ) {
    this.#db = db;
    this.#prescriptions = prescriptions;
    this.#consultations = consultations;
    this.#consents = consents;
    this.#own = own;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Begins a prescription, or puts a whole draft in the place of the one that was read. Its safety is told by its
   * findings and decided when it is signed.
   * @returns the id of the prescription
   * @throws AppError VALIDATION_FAILED, BAD_ID, SUPPLY_TOO_LONG, NOT_FOUND, FORBIDDEN, PRESCRIBE_OWN, CONSULTATION_CLOSED,
   *   CONSULTATION_IS_ADVICE_ONLY, PRESCRIPTION_SIGNED, VERSION_CONFLICT, CONSENT_NEEDED, UNAVAILABLE when users
   *   cannot tell who consents or whose patient it is, IDEMPOTENCY_KEY_REUSED
   */
  async save(actor: Actor, input: SavePrescriptionInput): Promise<string> {
    const consultationId = parseId('con', input.consultationId);
    const prescriptionId = input.prescriptionId == null ? undefined : parseId('rxn', input.prescriptionId);
    const content = checkedPrescription(input);
    const now = this.#now();
    const call = { actor, operation: 'savePrescription', key: input.idempotencyKey, body: input, now };
    return unlessAnswered(this.#db, call, async () => {
      await assertNotOwnPatient(this.#own, actor, await this.#consultations.find(consultationId));
      const refusal = await this.#consentRefusal(actor, consultationId);
      return this.#db.transaction((tx) =>
        once(tx, call, async () => {
          const consultation = await this.#consultations.lock(tx, consultationId);
          const treatment = await treatmentBy(tx.manager, actor, consultation, 'prescription.write');
          assertMayPrescribe(treatment.consultation, now);
          if (refusal !== undefined) throw refusal;
          await assertFollowUp(tx.manager, treatment);
          const id =
            prescriptionId === undefined
              ? await this.#begin(tx, treatment, content, now)
              : await this.#replace(tx, prescriptionId, input, content, now);
          const action = prescriptionId === undefined ? 'prescription.create' : 'prescription.edit';
          await this.#audit.record(tx, { actor, action, subjectType: 'Prescription', subjectId: id });
          return id;
        }),
      );
    });
  }

  /** Nothing for a consultation of others: that one is as if it were not there. */
  async #consentRefusal(actor: Actor, consultationId: string): Promise<AppError | undefined> {
    const consultation = await this.#consultations.find(consultationId);
    if (consultation === null || consultation.patientId === null) return undefined;
    if (actor.kind !== 'account' || actor.accountId !== consultation.doctorAccountId) return undefined;
    return this.#consents.refusalFor(consultation.patientId);
  }

  async #begin(tx: Tx, treatment: Treatment, content: PrescriptionContent, now: Date): Promise<string> {
    const { consultation, patientId, hospitalId } = treatment;
    if ((await this.#prescriptions.countOf(tx, consultation.id)) >= MOST_IN_CONSULTATION) {
      throw new AppError('VALIDATION_FAILED', {
        field: 'consultationId',
        reason: `1 – ${MOST_IN_CONSULTATION}`,
      });
    }
    const prescription = Object.assign(new Prescription(), {
      id: newId('rxn'),
      consultationId: consultation.id,
      doctorId: consultation.doctorId,
      doctorAccountId: consultation.doctorAccountId,
      patientId,
      patientAccountId: consultation.patientAccountId,
      hospitalId,
      status: PrescriptionStatus.DRAFT,
      version: 1,
      signedAt: null,
      validUntil: null,
      createdAt: now,
      updatedAt: now,
    });
    await this.#prescriptions.insert(tx, prescription, content);
    return prescription.id;
  }

  async #replace(
    tx: Tx,
    id: string,
    { consultationId, expectedVersion }: SavePrescriptionInput,
    content: PrescriptionContent,
    now: Date,
  ): Promise<string> {
    const known = await this.#prescriptions.lock(tx, id);
    if (known?.consultationId !== consultationId) throw new AppError('NOT_FOUND', { what: 'Prescription' });
    if (known.status === PrescriptionStatus.SIGNED) throw new AppError('PRESCRIPTION_SIGNED');
    const isExpected = known.version === expectedVersion;
    if (!isExpected || !(await this.#prescriptions.replaceDraft(tx, known, content, now))) {
      throw new AppError('VERSION_CONFLICT');
    }
    return id;
  }
}

/** @throws AppError CONSULTATION_CLOSED */
export function assertMayPrescribe({ closedAt }: Consultation, now: Date): void {
  if (closedAt !== null && now.getTime() > closedAt.getTime() + AFTER_CLOSING_MS) {
    throw new AppError('CONSULTATION_CLOSED');
  }
}
