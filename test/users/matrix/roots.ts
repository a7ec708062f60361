import { LOGGED_IN, type MatrixRole, NONE, ROLES } from './roles.ts';
import type { Values } from './operation.ts';
import type { Subject } from './world.ts';

/** Who comes through to a query or a mutation: with what is their own, and with what is another's. */
export interface Root {
  readonly own: readonly MatrixRole[];
  readonly foreign: readonly MatrixRole[];
  /** Arguments beside those that bear the name of something that the subject has. */
  readonly values?: (subject: Subject) => Values;
  /** The call ends the caller's own session, so each needs a caller of its own. */
  readonly isLast?: true;
}

const everyone: Root = { own: ROLES, foreign: ROLES };
/** It concerns the caller alone: there is nothing foreign to name. */
const loggedIn: Root = { own: LOGGED_IN, foreign: LOGGED_IN };
const owner: Root = { own: LOGGED_IN, foreign: NONE };
const services: Root = { own: NONE, foreign: NONE };
const admins: Root = { own: ['ADMIN'], foreign: ['ADMIN'] };

/** Every query and mutation of users. One that is missing here fails the matrix. */
export const roots: Record<string, Root> = {
  'Query.me': loggedIn,
  'Query.account': { ...admins, values: ({ accountId: id }) => ({ id }) },
  'Query.doctor': { ...everyone, values: ({ doctorId: id }) => ({ id }) },
  'Query.doctors': everyone,
  'Query.myPatients': loggedIn,
  'Query.patient': { ...owner, values: ({ patientId: id }) => ({ id }) },
  'Query.sessionAuthority': services,
  'Query.patientProfile': { ...services, values: ({ patientId: id }) => ({ id }) },
  'Query.doctorProfile': { ...services, values: ({ doctorId: id }) => ({ id }) },
  'Query.doctorOfAccount': services,
  'Query.events': services,
  'Mutation.requestLoginCode': { ...everyone, values: () => ({ phone: 'x' }) },
  'Mutation.logInBySms': { ...everyone, values: () => ({ phone: '+8613800000000', code: '1' }) },
  'Mutation.refreshSession': { ...everyone, values: () => ({ refreshToken: 'x' }) },
  'Mutation.logOut': { ...loggedIn, isLast: true },
  'Mutation.grantRole': { ...admins, values: () => ({ role: 'PHARMACIST' }) },
  'Mutation.revokeRole': { ...admins, values: () => ({ role: 'ANALYST' }) },
  'Mutation.addPatient': { ...loggedIn, values: () => ({ identityNumber: 'x' }) },
  'Mutation.recordAllergy': { ...owner, values: () => ({ substance: 'J01', name: '青霉素' }) },
  'Mutation.recordCondition': { ...owner, values: () => ({ code: 'I10', name: '高血压' }) },
  'Mutation.recordMedication': { ...owner, values: () => ({ substance: 'C08CA01', name: '氨氯地平' }) },
  'Mutation.endArchiveEntry': owner,
  'Mutation.updateHealthArchive': { ...owner, values: () => ({ expectedVersion: 99 }) },
  'Query.consentDocuments': everyone,
  'Query.myConsents': loggedIn,
  'Query.sharedWithMe': loggedIn,
  'Query.patientTransfers': loggedIn,
  'Mutation.giveConsent': { ...owner, values: () => ({ purpose: 'HEALTH_DATA', version: 99 }) },
  // Of what is another's the caller has nothing to withdraw.
  'Mutation.withdrawConsent': { ...loggedIn, values: () => ({ purpose: 'MINOR_GUARDIAN' }) },
  'Mutation.publishConsentDocument': { ...admins, values: () => ({ expectedVersion: 99 }) },
  'Mutation.updatePatient': { ...owner, values: () => ({ expectedVersion: 99 }) },
  'Mutation.removePatient': { ...owner, values: () => ({ expectedVersion: 99 }) },
  'Mutation.sharePatient': { ...owner, values: () => ({ withPhone: '13900000009', consentVersion: 99 }) },
  'Mutation.revokePatientShare': owner,
  'Mutation.offerPatientTransfer': { ...owner, values: () => ({ toPhone: '13900000009' }) },
  'Mutation.cancelPatientTransfer': owner,
  'Query.myExports': loggedIn,
  // Nobody here has asked for it: there is nothing to be shown, and nothing to take back.
  'Query.myErasure': services,
  'Mutation.cancelErasure': services,
  'Mutation.requestMyExport': loggedIn,
  'Mutation.requestErasure': { ...loggedIn, isLast: true },
  // Not even who offered it may answer it: it waits for the owner of another number.
  'Mutation.acceptPatientShare': services,
  'Mutation.acceptPatientTransfer': services,
  'Mutation.declinePatientTransfer': services,
};
