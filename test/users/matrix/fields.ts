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

/** Types that no query leads a person to as a whole, with where they are answered. */
export const ONLY_ANSWERED: Readonly<Record<string, string>> = {
  BegunLogin: 'who begins a login',
  ChangeGrantPayload: 'who changes a grant',
  DoctorProfile: 'other subgraphs',
  ErasureRequest: 'who asks for an erasure',
  LicenceUploadTicket: 'who announces a document',
  LoginResult: 'who logs in',
  ObservationOutcome: 'who sends measurements',
  OutboxEvent: 'other subgraphs',
  EventLog: 'other subgraphs',
  MissingConsent: 'other subgraphs',
  PatientProfile: 'other subgraphs',
  RecoveryCodes: 'who enrols',
  RequestedLoginCode: 'who asks for a code',
  SecondFactorEnrolment: 'who enrols',
  SessionAuthority: 'other subgraphs',
  UploadObservationsResult: 'who sends measurements',
};
