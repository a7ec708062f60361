import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { PrescriptionSnapshot } from '../../../shared/events/prescription-snapshot.ts';
import { type IdempotentCall, once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import type { DepartmentStore } from '../department/department.store.ts';
import type { Names, OwnPatients } from '../external/users.client.ts';
import type { HospitalStore } from '../hospital/hospital.store.ts';
import type { RecordStore } from '../record/record.store.ts';
import { assertFollowUp, type Treatment, treatmentBy } from '../record/treatment.ts';
import type { DocumentSigner } from '../signing/document-signer.ts';
import { assertNotOwnPatient } from './own-patient.ts';
import { type Prescription, PrescriptionStatus } from './prescription.entity.ts';
import { type Basis, overridesFor, type PrescriptionCheckService } from './prescription-check.service.ts';
import type { PrescriptionContent } from './prescription-content.ts';
import { hashOf, sheetOf, signed, type UnsignedSheet } from './prescription-sheet.ts';
import type { SignPrescriptionInput } from './prescription.inputs.ts';
import type { PrescriptionStore } from './prescription.store.ts';
import type { PrescriptionSheetStore } from './prescription-sheet.store.ts';
import { assertMayPrescribe } from './prescription-writing.service.ts';

export interface SigningStores {
  readonly prescriptions: PrescriptionStore;
  readonly sheets: PrescriptionSheetStore;
  readonly records: RecordStore;
  readonly consultations: ConsultationStore;
  readonly hospitals: HospitalStore;
  readonly departments: DepartmentStore;
}

/** Where what is signed is told. */
export interface Books {
  readonly audit: Audit;
  readonly outbox: Outbox;
}

/** Who is asked before anything is signed. */
interface Questions {
  readonly check: PrescriptionCheckService;
  readonly names: Names;
  readonly consents: ConsentCheck;
  readonly own: OwnPatients;
}

interface Candidate {
  readonly prescription: Prescription;
  readonly content: PrescriptionContent;
  readonly treatment: Treatment;
  readonly basis: Basis;
}

/**
 * Signs prescriptions and sends them to pharmacy. Everything is asked and signed before the transaction; that one finds
 * the prescription and its record as they were checked, or nothing is signed.
 */
export class PrescriptionSigningService {
  readonly #db: Db;
  readonly #stores: SigningStores;
  readonly #check: PrescriptionCheckService;
  readonly #names: Names;
  readonly #consents: ConsentCheck;
  readonly #own: OwnPatients;
  readonly #signer: DocumentSigner;
  readonly #books: Books;
  readonly #now: () => Date;

  constructor(
    db: Db,
    stores: SigningStores,
    questions: Questions,
    signer: DocumentSigner,
    books: Books,
    now: () => Date,
  ) {
    this.#db = db;
    this.#stores = stores;
    this.#check = questions.check;
    this.#names = questions.names;
    this.#consents = questions.consents;
    this.#own = questions.own;
    this.#signer = signer;
    this.#books = books;
    this.#now = now;
  }

  /**
   * Signs the draft that was read. @returns the id of the prescription
   * @throws AppError BAD_ID, NOT_FOUND, FORBIDDEN, PRESCRIBE_OWN, PRESCRIPTION_SIGNED, VERSION_CONFLICT, CONSULTATION_CLOSED,
   *   CONSULTATION_IS_ADVICE_ONLY, PRESCRIPTION_NEEDS_DIAGNOSIS, PRESCRIPTION_CONTRAINDICATED,
   *   PRESCRIPTION_NEEDS_REASON, CONSENT_NEEDED, DRUG_NOT_ONLINE, SUPPLY_TOO_LONG, CHILD_NEEDS_PAEDIATRICIAN, UNAVAILABLE,
   *   SIGNING_KEY_MISSING, SIGNING_PIN_WRONG, SIGNING_PIN_LOCKED, IDEMPOTENCY_KEY_REUSED
   */
  async sign(actor: Actor, { pin, ...input }: SignPrescriptionInput): Promise<string> {
    const { idempotencyKey: key } = input;
    const call = { actor, operation: 'signPrescription', key, body: input, now: this.#now() };
    return unlessAnswered(this.#db, call, async () => {
      const candidate = await this.#candidate(actor, input);
      const sheet = await this.#checked(actor, candidate, input);
      const hash = hashOf(sheet);
      const signature = await this.#signer.sign(actor, pin, hash);
      return this.#commit(call, candidate, signed(sheet, hash, signature));
    });
  }

  async #candidate(
    actor: Actor,
    input: Pick<SignPrescriptionInput, 'prescriptionId' | 'expectedVersion'>,
  ): Promise<Candidate> {
    const { prescriptions, consultations } = this.#stores;
    const prescription = await prescriptions.find(parseId('rxn', input.prescriptionId));
    if (!prescription || actor.kind !== 'account' || prescription.doctorAccountId !== actor.accountId) {
      throw new AppError('NOT_FOUND', { what: 'Prescription' });
    }
    if (prescription.status === PrescriptionStatus.SIGNED) throw new AppError('PRESCRIPTION_SIGNED');
    if (prescription.version !== input.expectedVersion) throw new AppError('VERSION_CONFLICT');
    const consultation = await consultations.find(prescription.consultationId);
    const treatment = await this.#db.readPrimary(async (manager) => {
      const found = await treatmentBy(manager, actor, consultation, 'prescription.write');
      await assertFollowUp(manager, found);
      return found;
    });
    await assertNotOwnPatient(this.#own, actor, consultation);
    assertMayPrescribe(treatment.consultation, this.#now());
    const basis = await this.#check.basisOf(prescription.consultationId);
    if (!basis || basis.diagnoses.length === 0) throw new AppError('PRESCRIPTION_NEEDS_DIAGNOSIS');
    return { prescription, content: prescriptions.draftOf(prescription), treatment, basis };
  }

  /** Asks pharmacy and users. Without an answer there is no signature. */
  async #checked(
    actor: Actor,
    { prescription, content, treatment, basis }: Candidate,
    { overrides }: Pick<SignPrescriptionInput, 'overrides'>,
  ): Promise<UnsignedSheet> {
    const { patientId, doctorId } = prescription;
    const { diagnoses } = basis;
    await this.#consents.assertGiven(patientId);
    const drugs = await this.#check.drugsOf(content);
    const findings = await this.#check.findings(actor, patientId, content.lines, diagnoses);
    const reasons = overridesFor(findings, overrides ?? []);
    const parties = await this.#names.partiesOf(patientId, doctorId, actor);
    if (!parties) throw new AppError('NOT_FOUND', { what: 'Patient' });
    const { hospitals, departments } = this.#stores;
    const [hospital] = await hospitals.byId.read([prescription.hospitalId]);
    if (!hospital) throw new AppError('NOT_FOUND', { what: 'Hospital' });
    const { departmentId } = treatment;
    const [department = null] = departmentId === null ? [] : await departments.byId.read([departmentId]);
    return sheetOf({
      prescription,
      content,
      hospital,
      department,
      parties,
      diagnoses,
      drugs,
      overrides: reasons,
      signedAt: this.#now(),
    });
  }

  async #commit(
    call: IdempotentCall,
    { prescription, content, basis }: Candidate,
    snapshot: PrescriptionSnapshot,
  ): Promise<string> {
    const { prescriptions, sheets, records } = this.#stores;
    const { actor } = call;
    const { id, version } = prescription;
    const signedAt = new Date(snapshot.signedAt);
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        const now = await prescriptions.lock(tx, id);
        const record = await records.lock(tx, basis.record.id);
        // Another line, or another diagnosis, was not checked.
        if (now?.version !== version || record?.version !== basis.record.version) {
          throw new AppError('VERSION_CONFLICT');
        }
        if (!(await prescriptions.markSigned(tx, now, signedAt, new Date(snapshot.validUntil)))) {
          throw new AppError('VERSION_CONFLICT');
        }
        await sheets.insert(tx, { snapshot, validDays: content.validDays });
        const subject = { subjectType: 'Prescription', subjectId: id };
        const detail = { overrides: snapshot.overrides.map((each) => each.ruleId).join(',') };
        await this.#books.audit.record(tx, { actor, action: 'prescription.sign', ...subject, detail });
        await this.#books.outbox.add(tx, {
          type: 'prescription.signed',
          aggregateType: 'Prescription',
          aggregateId: id,
          aggregateVersion: version + 1,
          payload: snapshot,
        });
        return id;
      }),
    );
  }
}
