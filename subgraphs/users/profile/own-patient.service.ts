import type { PatientStore } from '../patient/patient.store.ts';
import type { LicenceStore } from '../staff/licence.store.ts';

/** Tells whether somebody would treat themselves or their own family. */
export class OwnPatientService {
  readonly #patients: Pick<PatientStore, 'findLatest' | 'hasPerson'>;
  readonly #licences: Pick<LicenceStore, 'ofAccount'>;

  constructor(
    patients: Pick<PatientStore, 'findLatest' | 'hasPerson'>,
    licences: Pick<LicenceStore, 'ofAccount'>,
  ) {
    this.#patients = patients;
    this.#licences = licences;
  }

  /**
   * Whether a patient is the owner of an account or belongs to it: by the account, and by the identity number, which
   * finds the same person in somebody else's account and ends the number of a doctor's certificate (医师资格证书编码).
   */
  async isOwn(accountId: string, patientId: string): Promise<boolean> {
    const patient = await this.#patients.findLatest(patientId);
    if (!patient) return false;
    if (patient.accountId === accountId || patient.selfOf === accountId) return true;
    const { identityNumber } = patient;
    if (identityNumber === null) return false;
    if (await this.#patients.hasPerson(accountId, identityNumber)) return true;
    const licences = await this.#licences.ofAccount(accountId);
    return licences.some(({ qualificationNumber }) => qualificationNumber.endsWith(identityNumber));
  }
}
