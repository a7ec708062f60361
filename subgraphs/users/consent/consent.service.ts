import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import { currentRequest } from '../../../shared/context/request-context.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { lockAccount } from '../account/lock-account.ts';
import { lockOwn } from '../patient/own-patient.ts';
import type { PatientStore } from '../patient/patient.store.ts';
import type { ShareStore } from '../sharing/share.store.ts';
import { Consent, ConsentPurpose } from './consent.entity.ts';
import type { GiveConsentInput, WithdrawConsentInput } from './consent.inputs.ts';
import type { ConsentStore } from './consent.store.ts';

const { HEALTH_DATA, MINOR_GUARDIAN, SHARING } = ConsentPurpose;

/** Consents of accounts: given to the version that counts, kept for ever, withdrawn at any time. */
export class ConsentService {
  readonly #db: Db;
  readonly #store: ConsentStore;
  readonly #patients: PatientStore;
  readonly #shares: ShareStore;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(
    db: Db,
    store: ConsentStore,
    patients: PatientStore,
    shares: ShareStore,
    audit: Audit,
    now: () => Date,
  ) {
    this.#db = db;
    this.#store = store;
    this.#patients = patients;
    this.#shares = shares;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Giving what is given already answers with the consent that holds.
   * @returns the identifier of the consent
   * @throws AppError VALIDATION_FAILED, BAD_ID, NOT_FOUND, VERSION_CONFLICT where another version counts,
   *   IDEMPOTENCY_KEY_REUSED
   */
  async give(actor: Actor, input: GiveConsentInput): Promise<string> {
    const { purpose, version, idempotencyKey: key, ...body } = input;
    const patientId = body.patientId ? parseId('pat', body.patientId) : '';
    if (purpose === SHARING || (patientId !== '' && ![HEALTH_DATA, MINOR_GUARDIAN].includes(purpose))) {
      throw new AppError('VALIDATION_FAILED', { field: 'purpose', reason: 'sharePatient' });
    }
    const call = { actor, operation: 'giveConsent', key, body: { purpose, version, patientId } };
    return this.#db.transaction((tx) =>
      once(tx, { ...call, now: this.#now() }, async () => {
        await lockAccount(tx, actorId(actor));
        if (patientId !== '') await lockOwn(tx, this.#patients, actorId(actor), patientId);
        return this.record(tx, actor, { purpose, version, patientId });
      }),
    );
  }

  /**
   * Records a consent in a transaction that holds the lock of the account.
   * @throws AppError VERSION_CONFLICT where another version counts
   */
  async record(
    tx: Tx,
    actor: Actor,
    { purpose, version, patientId }: { purpose: ConsentPurpose; version: number; patientId: string },
  ): Promise<string> {
    const now = this.#now();
    const accountId = actorId(actor);
    const document = (await this.#store.current(tx.manager, now)).get(purpose);
    if (document?.version !== version) throw new AppError('VERSION_CONFLICT');
    const holding = await this.#store.holdingIn(tx.manager, accountId);
    const same = holding.find(
      (each) =>
        each.purpose === purpose &&
        each.documentVersion === version &&
        each.patientId === patientId &&
        // The consent of somebody for themselves does not follow from one that was given before.
        !(purpose === HEALTH_DATA && patientId !== ''),
    );
    if (same) return same.id;
    const terminal = currentRequest()?.client?.terminal ?? 'OTHER';
    const row = { id: newId('cns'), accountId, purpose, documentVersion: version, patientId, terminal };
    await this.#store.insert(tx, Object.assign(new Consent(), { ...row, givenAt: now, withdrawnAt: null }));
    await this.#note(tx, actor, 'consent.give', { purpose, patientId }, version);
    return row.id;
  }

  /**
   * From now on nothing new is processed by it. What is there stays; a consent to sharing ends all shares of the
   * patient. Withdrawing what does not hold changes nothing.
   * @throws AppError VALIDATION_FAILED, BAD_ID, IDEMPOTENCY_KEY_REUSED
   */
  async withdraw(actor: Actor, input: WithdrawConsentInput): Promise<void> {
    const { purpose, idempotencyKey: key } = input;
    const accountId = actorId(actor);
    const patientId = input.patientId ? parseId('pat', input.patientId) : '';
    if (purpose === SHARING && patientId === '') {
      throw new AppError('VALIDATION_FAILED', { field: 'patientId', reason: SHARING });
    }
    const now = this.#now();
    const call = { actor, operation: 'withdrawConsent', key, body: { purpose, patientId }, now };
    await this.#db.transaction((tx) =>
      once(tx, call, async () => {
        await lockAccount(tx, accountId);
        if (purpose === SHARING) {
          const patient = await this.#patients.lock(tx, patientId);
          if (patient?.accountId === accountId) await this.#shares.endAll(tx, patientId, now);
        }
        const ended = await this.#store.withdraw(tx, { accountId, purpose, patientId }, now);
        if (ended > 0) await this.#note(tx, actor, 'consent.withdraw', { purpose, patientId });
        return accountId;
      }),
    );
  }

  async #note(
    tx: Tx,
    actor: Actor,
    action: string,
    { purpose, patientId }: { purpose: ConsentPurpose; patientId: string },
    version: number | null = null,
  ): Promise<void> {
    const subject =
      patientId === ''
        ? { subjectType: 'Account', subjectId: actorId(actor) }
        : { subjectType: 'Patient', subjectId: patientId };
    await this.#audit.record(tx, { actor, action, ...subject, detail: { purpose, version } });
  }
}
