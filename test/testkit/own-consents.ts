import { AppError } from '../../shared/errors/app-error.ts';
import { ConsentCheck } from '../../subgraphs/care/consent/consent-check.ts';
import type { MissingConsent } from '../../subgraphs/care/external/users.client.ts';

type Missing = Omit<MissingConsent, 'patientId'>;

/** The consents of a test's own patients, who have given all of them where nothing else is said. */
export class OwnConsents {
  readonly check: ConsentCheck;
  readonly #missing = new Map<string, Missing>();

  /** @param areUsersDown whether users answer nobody now */
  constructor(areUsersDown: () => boolean) {
    this.check = new ConsentCheck({
      missingConsents: async (patientIds) => {
        if (areUsersDown()) throw new AppError('UNAVAILABLE', { service: 'users' });
        return patientIds.flatMap((patientId) => {
          const missing = this.#missing.get(patientId);
          return missing === undefined ? [] : [{ ...missing, patientId }];
        });
      },
    });
  }

  /** Takes a consent away. */
  withdraw(patientId: string, missing: Partial<Missing> = {}): void {
    this.#missing.set(patientId, { purpose: 'HEALTH_DATA', version: 1, isInPerson: false, ...missing });
  }

  give(patientId: string): void {
    this.#missing.delete(patientId);
  }
}
