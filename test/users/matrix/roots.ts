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
const nobody: Root = { own: NONE, foreign: NONE };
const admins: Root = { own: ['ADMIN'], foreign: ['ADMIN'] };
const auditors: Root = { own: ['AUDITOR'], foreign: ['AUDITOR'] };

const stale = () => ({ expectedVersion: 99 });
const code = () => ({ code: '000000' });
const patient = ({ patientId: id }: Subject) => ({ id });
const doctor = ({ doctorId: id }: Subject) => ({ id });
const platform = { scope: 'PLATFORM', scopeId: '' };
const coded = { system: 'ICD10', code: 'I10', display: '高血压' };

/** Every query and mutation of users. One that is missing here fails the matrix. */
export const roots: Record<string, Root> = {
  // For the other subgraphs alone.
  'Query.sessionAuthority': nobody,
  'Query.patientProfile': { ...nobody, values: patient },
  'Query.doctorProfile': { ...nobody, values: doctor },
  'Query.doctorOfAccount': nobody,
  'Query.isOwnPatient': nobody,
  'Query.events': nobody,
  'Query.eventLog': nobody,
  'Query.missingConsents': nobody,

  'Query.me': loggedIn,
  'Mutation.updateMyAccount': { ...loggedIn, values: () => ({ expectedVersion: 99 }) },
  'Query.searchAccounts': admins,
  'Query.searchPatients': admins,
  'Query.account': { ...admins, values: ({ accountId: id }) => ({ id }) },
  'Query.accountSessions': admins,
  'Query.auditTrail': auditors,
  'Query.consentDocuments': everyone,
  'Query.doctor': { ...everyone, values: doctor },
  'Query.doctors': everyone,
  'Query.grantsOf': { ...admins, values: () => platform },
  'Query.loginProviders': everyone,
  'Query.myConsents': loggedIn,
  'Query.myDueReminders': loggedIn,
  'Query.myFollowUps': loggedIn,
  'Query.myIdentities': loggedIn,
  'Query.myLicences': loggedIn,
  'Query.myPatients': loggedIn,
  'Query.myExports': loggedIn,
  // There is none to see: nobody here asks for it before.
  'Query.myErasure': nobody,
  'Query.mySessions': loggedIn,
  'Query.patient': { ...owner, values: patient },
  'Query.patientTransfers': loggedIn,
  'Query.permissions': admins,
  'Query.pharmacist': { ...everyone, values: ({ pharmacistId: id }) => ({ id }) },
  'Query.roles': admins,
  'Query.sharedWithMe': loggedIn,
  'Query.staffApplications': admins,

  'Mutation.requestLoginCode': { ...everyone, values: () => ({ phone: 'x' }) },
  'Mutation.logInBySms': { ...everyone, values: () => ({ phone: '+8613800000000', code: '1' }) },
  'Mutation.beginWechatLogin': everyone,
  'Mutation.logInByWechat': everyone,
  'Mutation.logInByWechatMiniProgram': everyone,
  'Mutation.beginOidcLogin': everyone,
  'Mutation.logInByOidc': everyone,
  'Mutation.refreshSession': { ...everyone, values: () => ({ refreshToken: 'x' }) },
  'Mutation.logOut': { ...loggedIn, isLast: true },
  'Mutation.linkPhone': { ...loggedIn, values: () => ({ phone: '+8613800000000', code: '1' }) },
  'Mutation.linkWechat': loggedIn,
  'Mutation.linkWechatMiniProgram': loggedIn,
  'Mutation.linkOidc': loggedIn,
  'Mutation.unlinkIdentity': owner,

  'Mutation.revokeSession': { ...owner, isLast: true },
  'Mutation.revokeOtherSessions': loggedIn,
  'Mutation.revokeAllSessions': { ...loggedIn, isLast: true },
  'Mutation.revokeAccountSessions': { ...admins, isLast: true },
  'Mutation.requestMyExport': { ...loggedIn, isLast: true },
  'Mutation.requestErasure': { ...loggedIn, isLast: true },
  'Mutation.cancelErasure': nobody,
  'Mutation.beginSecondFactor': loggedIn,
  'Mutation.confirmSecondFactor': { ...loggedIn, values: code },
  'Mutation.verifySecondFactor': { ...loggedIn, values: code },
  'Mutation.disableSecondFactor': { ...loggedIn, values: code },
  'Mutation.renewRecoveryCodes': loggedIn,
  'Mutation.resetSecondFactor': { ...admins, own: NONE },

  'Mutation.grantRole': { ...admins, values: () => ({ ...platform, role: 'PHARMACIST' }) },
  'Mutation.revokeRole': { ...admins, values: () => ({ ...platform, role: 'ANALYST' }) },
  'Mutation.createRole': { ...admins, values: () => ({ name: 'x', permissions: [] }) },
  'Mutation.updateRole': {
    ...admins,
    values: () => ({ ...stale(), name: 'ANALYST', permissions: ['stats.read'] }),
  },
  'Mutation.deleteRole': { ...admins, values: () => ({ ...stale(), name: 'ANALYST' }) },
  'Mutation.suspendAccount': { ...admins, values: () => ({ reason: '' }) },
  'Mutation.reinstateAccount': { ...admins, own: NONE },

  'Mutation.applyForLicence': { ...loggedIn, values: () => ({ documentIds: [] }) },
  'Mutation.requestLicenceUpload': { ...loggedIn, values: () => ({ size: -1 }) },
  'Mutation.reviewLicence': { ...admins, values: stale },
  'Mutation.suspendLicence': { ...admins, values: stale },
  'Mutation.reinstateLicence': { ...admins, values: stale },
  'Mutation.renewLicence': { ...admins, values: () => ({ ...stale(), validUntil: '2099-01-01' }) },

  'Mutation.addPatient': { ...loggedIn, values: () => ({ identityNumber: 'x' }) },
  'Mutation.updatePatient': { ...owner, values: stale },
  'Mutation.removePatient': { ...owner, values: stale },
  'Mutation.sharePatient': { ...owner, values: () => ({ withPhone: '13900000009', consentVersion: 99 }) },
  'Mutation.revokePatientShare': owner,
  'Mutation.offerPatientTransfer': { ...owner, values: () => ({ toPhone: '13900000009' }) },
  'Mutation.cancelPatientTransfer': owner,
  // Not even who offered it may answer it: it waits for the owner of another number.
  'Mutation.acceptPatientShare': nobody,
  'Mutation.acceptPatientTransfer': nobody,
  'Mutation.declinePatientTransfer': nobody,
  'Mutation.giveConsent': { ...owner, values: () => ({ purpose: 'HEALTH_DATA', version: 99 }) },
  // Of what is another's the caller has nothing to withdraw.
  'Mutation.withdrawConsent': { ...loggedIn, values: () => ({ purpose: 'MINOR_GUARDIAN' }) },
  'Mutation.publishConsentDocument': { ...admins, values: stale },

  'Mutation.recordAllergy': { ...owner, values: () => ({ substance: 'J01', name: '青霉素' }) },
  'Mutation.recordCondition': { ...owner, values: () => ({ code: 'I10', name: '高血压' }) },
  'Mutation.recordMedication': { ...owner, values: () => ({ substance: 'C08CA01', name: '氨氯地平' }) },
  'Mutation.recordSurgery': owner,
  'Mutation.recordFamilyHistory': { ...owner, values: () => ({ condition: coded }) },
  'Mutation.recordImmunisation': {
    ...owner,
    values: () => ({ vaccine: { ...coded, system: 'ATC', code: 'J07' } }),
  },
  'Mutation.endArchiveEntry': owner,
  'Mutation.updateHealthArchive': { ...owner, values: stale },
  'Mutation.uploadObservations': owner,
  'Mutation.voidObservation': owner,
  'Mutation.createReminder': owner,
  'Mutation.pauseReminder': { ...owner, values: stale },
  'Mutation.resumeReminder': { ...owner, values: stale },
  'Mutation.cancelReminder': { ...owner, values: stale },
  'Mutation.completeReminder': owner,
  'Mutation.snoozeReminder': owner,
  'Mutation.createFollowUpPlan': owner,
  'Mutation.cancelFollowUpPlan': { ...owner, values: stale },
  'Mutation.completeFollowUpItem': { ...owner, values: stale },
};
