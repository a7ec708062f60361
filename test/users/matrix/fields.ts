import { LOGGED_IN, type MatrixRole, NONE, ROLES } from './roles.ts';

interface Reach {
  readonly own: readonly MatrixRole[];
  readonly foreign: readonly MatrixRole[];
}

const everyone: Reach = { own: ROLES, foreign: ROLES };
const owner: Reach = { own: LOGGED_IN, foreign: NONE };

/** Whom each rule of an entity's fields lets read; a rule that is missing here fails the matrix. */
export const reachOfRule: Record<string, Reach> = {
  anyone: everyone,
  isOwnAccountOrReader: { own: LOGGED_IN, foreign: ['ADMIN'] },
  maySeeThePatient: owner,
  isPatientsGuardian: owner,
};

/** Which identifier of a subject a reference to each entity takes. */
export const idOfEntity = {
  Account: 'accountId',
  Doctor: 'doctorId',
  Patient: 'patientId',
  Pharmacist: 'pharmacistId',
} as const;
