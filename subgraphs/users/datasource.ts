import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Account } from './account/account.entity.ts';
import { HealthArchive } from './archive/archive.entity.ts';
import { Allergy, CurrentMedication, MedicalCondition } from './archive/archive-entry.entity.ts';
import { FamilyHistory, Immunisation, Surgery } from './archive/past-entry.entity.ts';
import { Doctor } from './doctor/doctor.entity.ts';
import { AccountsAndDoctors1764000000000 } from './migrations/1764000000000-accounts-and-doctors.ts';
import { FollowUpItem, FollowUpPlan } from './follow-up/follow-up.entity.ts';
import { Identity } from './login/identity.entity.ts';
import { WechatOpenid } from './identity/wechat-openid.entity.ts';
import { LoginCode } from './login/login-code.entity.ts';
import { LoginState } from './login/login-state.entity.ts';
import { IdentitiesAndSessions1764100000000 } from './migrations/1764100000000-identities-and-sessions.ts';
import { Roles1764200000000 } from './migrations/1764200000000-roles.ts';
import { Permissions1764500000000 } from './migrations/1764500000000-permissions.ts';
import { Patients1764510000000 } from './migrations/1764510000000-patients.ts';
import { Privacy1766800000000 } from './migrations/1766800000000-privacy.ts';
import { DataExport } from './privacy/data-export.entity.ts';
import { ErasureRequest } from './privacy/erasure-request.entity.ts';
import { PatientsSharedAndConsents1766500000000 } from './migrations/1766500000000-patients-shared-and-consents.ts';
import { Consent, ConsentDocument } from './consent/consent.entity.ts';
import { DevicesAndSecondFactor1766300000000 } from './migrations/1766300000000-devices-and-second-factor.ts';
import { ArchiveDepth1766600000000 } from './migrations/1766600000000-archive-depth.ts';
import { Parties1766100000000 } from './migrations/1766100000000-parties.ts';
import { Patient } from './patient/patient.entity.ts';
import { PatientVersion } from './patient/patient-version.entity.ts';
import { PatientShare } from './sharing/share.entity.ts';
import { PatientTransfer } from './transfer/transfer.entity.ts';
import { Observations1766700000000 } from './migrations/1766700000000-observations.ts';
import { Observation, ObservationUpload } from './observation/observation.entity.ts';
import { Reminder, ReminderOccurrence } from './reminder/reminder.entity.ts';
import { Role, RoleGrant, RolePermission } from './role/role-grant.entity.ts';
import { RecoveryCode, SecondFactor } from './second-factor/second-factor.entity.ts';
import { RefreshToken, Session } from './session/session.entity.ts';
import { LicenceDocument } from './staff/licence-document.entity.ts';
import { StaffLicence } from './staff/licence.entity.ts';
import { Pharmacist } from './staff/pharmacist.entity.ts';
import { GrantsOfDepartments1767110000000 } from './migrations/1767110000000-grants-of-departments.ts';
import { SessionsOfIdentities1767000000000 } from './migrations/1767000000000-sessions-of-identities.ts';
import { RotationUses1767100000000 } from './migrations/1767100000000-rotation-uses.ts';
import { EncryptedDocuments1767200000000 } from './migrations/1767200000000-encrypted-documents.ts';
import { Search1766900000000 } from './migrations/1766900000000-search.ts';
import { Staff1766400000000 } from './migrations/1766400000000-staff.ts';

export const database: DatabaseParts = {
  entities: [
    Account,
    Doctor,
    Identity,
    LoginCode,
    Session,
    RefreshToken,
    Role,
    RolePermission,
    RoleGrant,
    Patient,
    HealthArchive,
    Allergy,
    MedicalCondition,
    CurrentMedication,
    DataExport,
    ErasureRequest,
    PatientVersion,
    ConsentDocument,
    Consent,
    PatientShare,
    PatientTransfer,
    SecondFactor,
    RecoveryCode,
    StaffLicence,
    LicenceDocument,
    Pharmacist,
    Observation,
    ObservationUpload,
    Reminder,
    ReminderOccurrence,
    FollowUpPlan,
    FollowUpItem,
    Surgery,
    FamilyHistory,
    Immunisation,
    WechatOpenid,
    LoginState,
  ],
  migrations: [
    AccountsAndDoctors1764000000000,
    IdentitiesAndSessions1764100000000,
    Roles1764200000000,
    Permissions1764500000000,
    Patients1764510000000,
    Privacy1766800000000,
    PatientsSharedAndConsents1766500000000,
    DevicesAndSecondFactor1766300000000,
    Staff1766400000000,
    Observations1766700000000,
    Search1766900000000,
    SessionsOfIdentities1767000000000,
    RotationUses1767100000000,
    GrantsOfDepartments1767110000000,
    ArchiveDepth1766600000000,
    Parties1766100000000,
    EncryptedDocuments1767200000000,
  ],
};
