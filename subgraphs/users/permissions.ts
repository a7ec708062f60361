import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { accountRules } from './account/account.rules.ts';
import { archiveRules } from './archive/archive.rules.ts';
import { doctorRules } from './doctor/doctor.rules.ts';
import { identityRules } from './identity/identity.rules.ts';
import { loginRules } from './login/login.rules.ts';
import { oidcRules } from './oidc/oidc.rules.ts';
import { patientRules } from './patient/patient.rules.ts';
import { profileRules } from './profile/profile.rules.ts';
import { roleRules } from './role/role.rules.ts';
import { wechatRules } from './wechat/wechat.rules.ts';

export const rules = mergeRules(
  accountRules,
  doctorRules,
  loginRules,
  roleRules,
  patientRules,
  archiveRules,
  profileRules,
  wechatRules,
  oidcRules,
  identityRules,
  { PageInfo: anyone },
);
