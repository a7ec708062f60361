import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Account } from './account/account.entity.ts';
import { HealthArchive } from './archive/archive.entity.ts';
import { Allergy, CurrentMedication, MedicalCondition } from './archive/archive-entry.entity.ts';
import { Doctor } from './doctor/doctor.entity.ts';
import { AccountsAndDoctors1764000000000 } from './migrations/1764000000000-accounts-and-doctors.ts';
import { Identity } from './login/identity.entity.ts';
import { LoginCode } from './login/login-code.entity.ts';
import { IdentitiesAndSessions1764100000000 } from './migrations/1764100000000-identities-and-sessions.ts';
import { Roles1764200000000 } from './migrations/1764200000000-roles.ts';
import { Permissions1764500000000 } from './migrations/1764500000000-permissions.ts';
import { Patients1764510000000 } from './migrations/1764510000000-patients.ts';
import { Privacy1766800000000 } from './migrations/1766800000000-privacy.ts';
import { Patient } from './patient/patient.entity.ts';
import { DataExport } from './privacy/data-export.entity.ts';
import { ErasureRequest } from './privacy/erasure-request.entity.ts';
import { Role, RoleGrant, RolePermission } from './role/role-grant.entity.ts';
import { RefreshToken, Session } from './session/session.entity.ts';

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
  ],
  migrations: [
    AccountsAndDoctors1764000000000,
    IdentitiesAndSessions1764100000000,
    Roles1764200000000,
    Permissions1764500000000,
    Patients1764510000000,
    Privacy1766800000000,
  ],
};
