import type { QuotaTable } from '../../shared/limits/quotas.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * What an account may do of each in so many seconds, far above what people do by hand. Attempts to log in have limits of
 * their own (`LOGIN_LIMITS`), and so has the copy of one's data (one a day).
 */
export const usersQuotas: QuotaTable = {
  'Mutation.*': { account: [[300, MINUTE]] },
  'Mutation.requestMyExport': { account: [[10, HOUR]] },
  'Mutation.requestErasure': { account: [[10, HOUR]] },
  'Mutation.requestLicenceUpload': {
    account: [
      [60, HOUR],
      [200, DAY],
    ],
  },
  'Mutation.applyForLicence': { account: [[30, HOUR]] },
  // A batch holds 500 measurements.
  'Mutation.uploadObservations': {
    account: [
      [120, MINUTE],
      [5000, DAY],
    ],
  },
  'Mutation.addPatient': { account: [[60, HOUR]] },
  // Each looks for somebody by a phone number: nobody may find out so who has an account.
  'Mutation.sharePatient': { account: [[60, HOUR]] },
  'Mutation.offerPatientTransfer': { account: [[60, HOUR]] },
  'Query.searchAccounts': { account: [[240, MINUTE]] },
  'Query.searchPatients': { account: [[240, MINUTE]] },
};
