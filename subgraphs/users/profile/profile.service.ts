import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import { type ArchiveStore, holdingIn } from '../archive/archive.store.ts';
import { childPughClassOf } from '../archive/liver-function.ts';
import { pregnancyOn } from '../archive/pregnancy.ts';
import { egfrOf, renalFunctionOf } from '../archive/renal-function.ts';
import type { PatientStore } from '../patient/patient.store.ts';
import type { PatientProfile } from './profile.types.ts';

/** What other subgraphs must know of a patient to treat one. */
export class ProfileService {
  readonly #patients: PatientStore;
  readonly #archives: ArchiveStore;
  readonly #now: () => Date;

  constructor(patients: PatientStore, archives: ArchiveStore, now: () => Date) {
    this.#patients = patients;
    this.#archives = archives;
    this.#now = now;
  }

  /** A patient as of now, all of one version of the archive; the look is in the audit. Null if there is none. */
  async findPatient(actor: Actor, id: string): Promise<PatientProfile | null> {
    const patient = await this.#patients.findLatest(id);
    if (!patient) return null;
    const [archive] = await this.#archives.looks.read([{ actor, patient }]);
    if (!archive) return null;
    const [allergies, conditions, medications] = await Promise.all([
      this.#archives.allergies.read([id]),
      this.#archives.conditions.read([id]),
      this.#archives.medications.read([id]),
    ]);
    const { accountId, status, name, sex, birthDate, identityNumber } = patient;
    const { isLactating, smoking, alcohol, version } = archive;
    return {
      id,
      accountId,
      status,
      name,
      sex,
      birthDate,
      identityNumber,
      allergies: holdingIn(allergies[0] ?? [], version),
      conditions: holdingIn(conditions[0] ?? [], version),
      medications: holdingIn(medications[0] ?? [], version),
      ...pregnancyOn(archive, businessDay(this.#now())),
      isLactating,
      egfr: egfrOf(archive, patient),
      creatinineClearance: renalFunctionOf(archive, patient)?.creatinineClearance ?? null,
      childPugh: childPughClassOf(archive),
      smoking,
      alcohol,
      archiveVersion: version,
    };
  }
}
