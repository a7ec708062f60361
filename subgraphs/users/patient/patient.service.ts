import { Not } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { HealthArchive } from '../archive/archive.entity.ts';
import type { ConsentNeeds } from '../consent/consent-needs.ts';
import { type Checked, checkPerson } from './patient.checks.ts';
import { Patient, PatientRelation, PatientStatus } from './patient.entity.ts';
import type { AddPatientInput } from './patient.inputs.ts';
import { lockRoom } from './patient-room.ts';
import type { PatientStore } from './patient.store.ts';

/** Adds the people for whom an account speaks. */
export class PatientService {
  readonly #db: Db;
  readonly #store: PatientStore;
  readonly #consents: ConsentNeeds;
  readonly #audit: Audit;
  readonly #fingerprint: BlindIndex;
  readonly #now: () => Date;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(
    db: Db,
    store: PatientStore,
    consents: ConsentNeeds,
    audit: Audit,
    fingerprint: BlindIndex,
    now: () => Date,
  ) {
    this.#db = db;
    this.#store = store;
    this.#consents = consents;
    this.#audit = audit;
    this.#fingerprint = fingerprint;
    this.#now = now;
  }

  /**
   * Somebody who was removed before, and is known by the identity number, is the same patient again.
   * @returns the identifier of the patient
   * @throws AppError VALIDATION_FAILED, BAD_IDENTITY_NUMBER, IDENTITY_MISMATCH, BAD_PHONE, GUARDIAN_NEEDED,
   *   CONSENT_NEEDED, PATIENT_EXISTS, TOO_MANY_PATIENTS, IDEMPOTENCY_KEY_REUSED
   */
  async add(actor: Actor, input: AddPatientInput): Promise<string> {
    const now = this.#now();
    const accountId = actorId(actor);
    const checked = checkPerson(input, businessDay(now));
    const identityIndex = checked.identityNumber ? this.#store.indexOf(checked.identityNumber) : null;
    const body = { fingerprint: this.#fingerprint.of(canonical(input)) };
    const call = { actor, operation: 'addPatient', key: input.idempotencyKey, body, now };
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        const before = await lockRoom(tx, this.#store, accountId, checked);
        await this.#consents.assertGiven(tx.manager, accountId, checked);
        const selfOf = checked.relation === PatientRelation.SELF ? accountId : null;
        const person = { ...checked, identityIndex, accountId, selfOf, status: PatientStatus.ACTIVE };
        const id = before
          ? await this.#revive(tx, actor, before, person)
          : await this.#insert(tx, {
              ...person,
              id: newId('pat'),
              version: 1,
              archiveVersion: 1,
              createdAt: now,
            });
        const isKnownElsewhere =
          checked.identityNumber !== null &&
          (await this.#isKnownElsewhere(tx, accountId, checked.identityNumber));
        await this.#audit.record(tx, {
          actor,
          action: before ? 'patient.revive' : 'patient.add',
          subjectType: 'Patient',
          subjectId: id,
          // For auditors alone: no account learns that another one has the same person.
          detail: { relation: checked.relation, isKnownElsewhere },
        });
        return id;
      }),
    );
  }

  async #insert(tx: Tx, person: Omit<Patient, never>): Promise<string> {
    const patient = Object.assign(new Patient(), person);
    await this.#store.insert(tx, patient, HealthArchive.first(person.id, person.createdAt, person.accountId));
    return person.id;
  }

  async #revive(tx: Tx, actor: Actor, before: Patient, person: Checked): Promise<string> {
    const changed = Object.assign(new Patient(), before, person, { version: before.version + 1 });
    const by = { changedBy: actorId(actor), changedAt: this.#now() };
    if (!(await this.#store.replace(tx, before, changed, by))) throw new AppError('VERSION_CONFLICT');
    return before.id;
  }

  async #isKnownElsewhere(tx: Tx, accountId: string, identityNumber: string): Promise<boolean> {
    const identityIndex = this.#store.candidatesOf(identityNumber);
    return this.#store.exists(tx, { accountId: Not(accountId), identityIndex, status: PatientStatus.ACTIVE });
  }
}
