import { AppError } from '../../../shared/errors/app-error.ts';
import type { Consents, MissingConsent } from '../external/users.client.ts';

/** For how long an answer of users is taken as it is within a consultation that has begun, ms. */
const FRESH_MS = 2000;
/** For how long an earlier consent carries a consultation that has begun while users do not answer, ms. */
const OUTAGE_MS = 60_000;
const MAX_REMEMBERED = 10_000;

/**
 * Whether care may begin with a patient: users own consents, and without their answer nothing begins
 * (Personal Information Protection Law, articles 14, 29 and 31). Never asked within a transaction.
 */
export class ConsentCheck {
  readonly #consents: Consents;
  /** Patient → when users last told that nothing is missing, by the monotonic clock; the oldest first. */
  readonly #given = new Map<string, number>();

  constructor(consents: Consents) {
    this.#consents = consents;
  }

  /** What is missing, by patient; one who needs nothing is not there. @throws AppError UNAVAILABLE */
  async missingOf(patientIds: readonly string[]): Promise<Map<string, MissingConsent>> {
    if (patientIds.length === 0) return new Map();
    const missing = await this.#consents.missingConsents([...new Set(patientIds)]);
    return new Map(missing.map((each) => [each.patientId, each]));
  }

  /** @throws AppError CONSENT_NEEDED, UNAVAILABLE */
  async assertGiven(patientId: string): Promise<void> {
    const missing = (await this.missingOf([patientId])).get(patientId);
    if (missing !== undefined) throw consentNeeded(missing);
  }

  /**
   * Why nothing may begin with a patient, to be thrown where a retry of an earlier call is known not to be one.
   * @returns CONSENT_NEEDED or UNAVAILABLE; undefined where nothing stands in the way
   */
  async refusalFor(patientId: string): Promise<AppError | undefined> {
    return refusalOf(this.assertGiven(patientId));
  }

  /** As {@link refusalFor}, for what follows in a consultation that has begun: asks at most every two seconds. */
  async refusalWithin(patientId: string): Promise<AppError | undefined> {
    const now = performance.now();
    const told = this.#given.get(patientId);
    if (told !== undefined && now - told < FRESH_MS) return undefined;
    const refusal = await this.refusalFor(patientId);
    if (refusal === undefined) this.#remember(patientId, now);
    else if (refusal.code === 'CONSENT_NEEDED') this.#given.delete(patientId);
    else if (told !== undefined && now - told < OUTAGE_MS) return undefined;
    return refusal;
  }

  #remember(patientId: string, now: number): void {
    this.#given.delete(patientId);
    this.#given.set(patientId, now);
    const [oldest] = this.#given.keys();
    if (this.#given.size > MAX_REMEMBERED && oldest !== undefined) this.#given.delete(oldest);
  }
}

export function consentNeeded({ patientId, purpose, version, isInPerson }: MissingConsent): AppError {
  return new AppError('CONSENT_NEEDED', { purpose, version, ...(isInPerson && { patientId }) });
}

async function refusalOf(check: Promise<void>): Promise<AppError | undefined> {
  try {
    await check;
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
