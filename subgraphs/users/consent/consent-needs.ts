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

/** The text that has to be consented to first. */
export interface MissingConsent {
  readonly purpose: ConsentPurpose;
  readonly version: number;
  /** Set where the consent must be that of the person. */
  readonly patientId?: string;
}

/** What is known of an account when its consents are looked at. */
interface Given {
  readonly versions: ReadonlyMap<ConsentPurpose, number>;
  /** Those of the account that hold. */
  readonly consents: readonly Consent[];
  readonly today: string;
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
    const today = businessDay(this.#now());
    const versions = await this.#versions(manager);
    const consents = await this.#store.holdingIn(manager, accountId);
    const missing = missingConsent({ versions, consents, today }, whose);
    if (missing !== null) throw new AppError('CONSENT_NEEDED', { ...missing });
  }

  /** As {@link assertGiven}, outside of a transaction. */
  async assertGivenNow(accountId: string, whose: Concerned): Promise<void> {
    await this.#db.readPrimary((manager) => this.assertGiven(manager, accountId, whose));
  }

  /**
   * What is missing for each of several patients, null where nothing is.
   * @param patients with the account that speaks for each; null stands for somebody who is not there, and who
   *   consents to nothing
   */
  async missingOf(patients: readonly (WithGuardian | null)[]): Promise<(MissingConsent | null)[]> {
    const today = businessDay(this.#now());
    const versions = await this.#db.readPrimary((manager) => this.#versions(manager));
    const accountIds = [...new Set(patients.flatMap((each) => each?.accountId ?? []))];
    const held = accountIds.length === 0 ? [] : await this.#store.holding.read(accountIds);
    const consentsOf = new Map(accountIds.map((id, index) => [id, held[index] ?? []]));
    return patients.map((patient) => {
      const consents = (patient && consentsOf.get(patient.accountId)) ?? [];
      return missingConsent({ versions, consents, today }, patient ?? undefined);
    });
  }

  async #versions(manager: EntityManager): Promise<Map<ConsentPurpose, number>> {
    const documents = await this.#store.current(manager, this.#now());
    return new Map(Array.from(documents, ([purpose, { version }]) => [purpose, version]));
  }
}

/** Somebody with the account that speaks for them. */
export type WithGuardian = Concerned & { readonly accountId: string };

function missingConsent({ versions, consents, today }: Given, whose?: Concerned): MissingConsent | null {
  const isMinor = whose !== undefined && ageYears(whose.birthDate, today) < OWN_CONSENT_AGE;
  for (const purpose of [PRIVACY_POLICY, HEALTH_DATA, ...(isMinor ? [MINOR_GUARDIAN] : [])]) {
    const version = versions.get(purpose) ?? 0;
    const isGiven = consents.some(
      (each) =>
        each.purpose === purpose &&
        each.documentVersion === version &&
        (each.patientId === '' || (purpose === MINOR_GUARDIAN && each.patientId === whose?.id)),
    );
    if (!isGiven) return { purpose, version };
  }
  if (whose?.id === undefined || !needsOwnConsent(whose, consents, today)) return null;
  return { purpose: HEALTH_DATA, version: versions.get(HEALTH_DATA) ?? 0, patientId: whose.id };
}
