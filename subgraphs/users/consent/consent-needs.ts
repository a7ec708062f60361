import type { EntityManager } from 'typeorm';
import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { ageYears } from '../patient/age.ts';
import { type Consent, ConsentPurpose } from './consent.entity.ts';
import type { ConsentStore } from './consent.store.ts';

/** From this age on somebody's own consent counts (Personal Information Protection Law, article 31). */
export const OWN_CONSENT_AGE = 14;

const { PRIVACY_POLICY, HEALTH_DATA, MINOR_GUARDIAN } = ConsentPurpose;

/** Whose data it is that an account wants to process. */
export interface Concerned {
  /** Undefined for somebody who is not a patient yet. */
  readonly id?: string;
  readonly birthDate: string;
  /** When the patient was added; undefined for somebody who is not a patient yet. */
  readonly createdAt?: Date;
}

/**
 * Whether somebody who was added as a child is 14 by now and has not consented in person yet: a guardian's consent
 * carries no further. @param consents those of the account that hold
 */
export function needsOwnConsent(
  { id, birthDate, createdAt }: Concerned,
  consents: readonly Consent[],
  today: string,
): boolean {
  if (createdAt === undefined || ageYears(birthDate, today) < OWN_CONSENT_AGE) return false;
  if (ageYears(birthDate, businessDay(createdAt)) >= OWN_CONSENT_AGE) return false;
  return !consents.some(
    (each) =>
      each.purpose === HEALTH_DATA &&
      each.patientId === id &&
      ageYears(birthDate, businessDay(each.givenAt)) >= OWN_CONSENT_AGE,
  );
}

/**
 * What has to be consented to before sensitive data are processed (Personal Information Protection Law, articles 14,
 * 29 and 31). Reading one's own data needs none of it.
 */
export class ConsentNeeds {
  readonly #db: Db;
  readonly #store: ConsentStore;
  readonly #now: () => Date;

  constructor(db: Db, store: ConsentStore, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#now = now;
  }

  /**
   * @param accountId who answers for the data @param whose nobody in particular if not given
   * @throws AppError CONSENT_NEEDED with `purpose`, `version`, and `patientId` where it must be that of the person
   */
  async assertGiven(manager: EntityManager, accountId: string, whose?: Concerned): Promise<void> {
    const now = this.#now();
    const today = businessDay(now);
    const documents = await this.#store.current(manager, now);
    const consents = await this.#store.holdingIn(manager, accountId);
    const versionOf = (purpose: ConsentPurpose) => documents.get(purpose)?.version ?? 0;
    const isMinor = whose !== undefined && ageYears(whose.birthDate, today) < OWN_CONSENT_AGE;
    for (const purpose of [PRIVACY_POLICY, HEALTH_DATA, ...(isMinor ? [MINOR_GUARDIAN] : [])]) {
      const version = versionOf(purpose);
      const isGiven = consents.some(
        (each) =>
          each.purpose === purpose &&
          each.documentVersion === version &&
          (each.patientId === '' || (purpose === MINOR_GUARDIAN && each.patientId === whose?.id)),
      );
      if (!isGiven) throw new AppError('CONSENT_NEEDED', { purpose, version });
    }
    if (whose?.id !== undefined && needsOwnConsent(whose, consents, today)) {
      const version = versionOf(HEALTH_DATA);
      throw new AppError('CONSENT_NEEDED', { purpose: HEALTH_DATA, version, patientId: whose.id });
    }
  }

  /** As {@link assertGiven}, outside of a transaction. */
  async assertGivenNow(accountId: string, whose: Concerned): Promise<void> {
    await this.#db.readPrimary((manager) => this.assertGiven(manager, accountId, whose));
  }
}
