import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { accountRules } from './account/account.rules.ts';
import { archiveRules } from './archive/archive.rules.ts';
import { doctorRules } from './doctor/doctor.rules.ts';
import { loginRules } from './login/login.rules.ts';
import { patientRules } from './patient/patient.rules.ts';
import { privacyRules } from './privacy/privacy.rules.ts';
import { profileRules } from './profile/profile.rules.ts';
import { roleRules } from './role/role.rules.ts';

export const rules = mergeRules(
  accountRules,
  doctorRules,
  loginRules,
  roleRules,
  patientRules,
  archiveRules,
  profileRules,
  privacyRules,
  { PageInfo: anyone },
);
