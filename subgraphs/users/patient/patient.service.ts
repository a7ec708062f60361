import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import { Account } from '../account/account.entity.ts';
import { HealthArchive } from '../archive/archive.entity.ts';
import { parseIdentityNumber } from './identity-number.ts';
import { Patient, PatientRelation, type Sex } from './patient.entity.ts';
import type { AddPatientInput } from './patient.inputs.ts';
import type { PatientStore } from './patient.store.ts';

/** More than the largest family; whoever needs more trades in appointments. */
const MOST = 20;
const LONGEST_NAME = 64;

/** Adds the people for whom an account speaks. */
export class PatientService {
  readonly #db: Db;
  readonly #store: PatientStore;
  readonly #audit: Audit;
  readonly #fingerprint: BlindIndex;
  readonly #now: () => Date;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(db: Db, store: PatientStore, audit: Audit, fingerprint: BlindIndex, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#audit = audit;
    this.#fingerprint = fingerprint;
    this.#now = now;
  }

  /**
   * @returns the identifier of the patient
   * @throws AppError VALIDATION_FAILED, BAD_IDENTITY_NUMBER, IDENTITY_MISMATCH, BAD_PHONE, PATIENT_EXISTS,
   *   TOO_MANY_PATIENTS, IDEMPOTENCY_KEY_REUSED
   */
  async add(actor: Actor, input: AddPatientInput): Promise<string> {
    const now = this.#now();
    const accountId = actorId(actor);
    const checked = this.#check(input, businessDay(now));
    const body = { fingerprint: this.#fingerprint.of(canonical(input)) };
    const call = { actor, operation: 'addPatient', key: input.idempotencyKey, body, now };
    return this.#db.transaction((tx) =>
      once(tx, call, async () => {
        await this.#assertNew(tx, accountId, checked);
        const id = newId('pat');
        const selfOf = checked.relation === PatientRelation.SELF ? accountId : null;
        const row = { ...checked, id, accountId, selfOf, archiveVersion: 1, createdAt: now };
        await this.#store.insert(tx, Object.assign(new Patient(), row), HealthArchive.first(id, now));
        const { relation } = checked;
        const detail = { relation };
        await this.#audit.record(tx, {
          actor,
          action: 'patient.add',
          subjectType: 'Patient',
          subjectId: id,
          detail,
        });
        return id;
      }),
    );
  }

  #check(input: AddPatientInput, today: string) {
    const name = input.name.trim();
    if (name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
      throw new AppError('VALIDATION_FAILED', { field: 'name', reason: `1 – ${LONGEST_NAME}` });
    }
    const { relation, identityNumber, phone } = input;
    const identity = identityNumber ? parseIdentityNumber(identityNumber, today) : undefined;
    const birthDate = agreed('birthDate', input.birthDate, identity?.birthDate);
    if (birthDate > today || birthDate < '1900-01-01') {
      throw new AppError('VALIDATION_FAILED', { field: 'birthDate', reason: `1900-01-01 – ${today}` });
    }
    return {
      name,
      relation,
      birthDate,
      sex: agreed<Sex>('sex', input.sex, identity?.sex),
      identityNumber: identity?.number ?? null,
      identityIndex: identity ? this.#store.indexOf(identity.number) : null,
      phone: phone ? normalisePhone(phone) : null,
    };
  }

  async #assertNew(
    tx: Tx,
    accountId: string,
    { relation, identityNumber }: Pick<Patient, 'relation' | 'identityNumber'>,
  ): Promise<void> {
    // Two at once for one account are one after the other; the unique keys have the last word.
    await tx.manager.findOneOrFail(Account, {
      where: { id: accountId },
      lock: { mode: 'pessimistic_write' },
    });
    const isKnown =
      (identityNumber !== null && (await this.#store.hasPerson(tx, accountId, identityNumber))) ||
      (relation === PatientRelation.SELF && (await this.#store.exists(tx, { selfOf: accountId })));
    if (isKnown) throw new AppError('PATIENT_EXISTS');
    if ((await this.#store.count(tx, accountId)) >= MOST)
      throw new AppError('TOO_MANY_PATIENTS', { most: MOST });
  }
}

/** What was given and what the identity number says, which must be the same where there are both. */
function agreed<T extends string>(field: string, given: T | null | undefined, derived: T | undefined): T {
  const value = derived ?? given ?? undefined;
  if (value === undefined) throw new AppError('VALIDATION_FAILED', { field, reason: 'identityNumber' });
  if (given && given !== value) throw new AppError('IDENTITY_MISMATCH', { field });
  return value;
}
