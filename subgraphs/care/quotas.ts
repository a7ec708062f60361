import type { QuotaTable } from '../../shared/limits/quotas.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * What an account may do of each in so many seconds. Far above what people do by hand, and above an app that sends on
 * at once what was written without a network.
 */
export const careQuotas: QuotaTable = {
  'Mutation.*': { account: [[300, MINUTE]] },
  'Mutation.sendChatMessage': {
    account: [
      [240, MINUTE],
      [6000, DAY],
    ],
    consultationId: [
      [40, 10],
      [400, 10 * MINUTE],
    ],
  },
  'Mutation.requestUpload': {
    account: [
      [60, 10 * MINUTE],
      [500, DAY],
    ],
  },
  'Mutation.bookAppointment': {
    account: [
      [30, MINUTE],
      [300, DAY],
    ],
  },
  'Mutation.cancelAppointment': {
    account: [
      [30, MINUTE],
      [300, DAY],
    ],
  },
  // An editor saves by itself every few seconds.
  'Mutation.saveMedicalRecord': { account: [[120, MINUTE]] },
  'Mutation.savePrescription': {
    account: [
      [120, MINUTE],
      [3000, DAY],
    ],
  },
  'Mutation.signPrescription': {
    account: [
      [60, MINUTE],
      [1000, DAY],
    ],
  },
  'Mutation.signMedicalRecord': { account: [[60, MINUTE]] },
  'Mutation.amendMedicalRecord': { account: [[60, MINUTE]] },
  'Mutation.publishSchedule': {
    account: [
      [60, MINUTE],
      [1000, DAY],
    ],
  },
  // Each makes a pair of keys and derives another from the PIN.
  'Mutation.createSigningKey': { account: [[20, HOUR]] },
  'Mutation.replaceSigningKey': { account: [[20, HOUR]] },
  'Query.hospitalsNear': { account: [[240, MINUTE]] },
};
