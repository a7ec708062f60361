import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { accessLogRules } from './access-log/access-log.rules.ts';
import { medicalRules } from '../../shared/medical/medical.rules.ts';
import { accountRules } from './account/account.rules.ts';
import { archiveRules } from './archive/archive.rules.ts';
import { consentRules } from './consent/consent.rules.ts';
import { doctorRules } from './doctor/doctor.rules.ts';
import { followUpRules } from './follow-up/follow-up.rules.ts';
import { loginRules } from './login/login.rules.ts';
import { observationRules } from './observation/observation.rules.ts';
import { identityRules } from './identity/identity.rules.ts';
import { oidcRules } from './oidc/oidc.rules.ts';
import { patientRules } from './patient/patient.rules.ts';
import { privacyRules } from './privacy/privacy.rules.ts';
import { profileRules } from './profile/profile.rules.ts';
import { reminderRules } from './reminder/reminder.rules.ts';
import { roleRules } from './role/role.rules.ts';
import { shareRules } from './sharing/share.rules.ts';
import { transferRules } from './transfer/transfer.rules.ts';
import { secondFactorRules } from './second-factor/second-factor.rules.ts';
import { searchRules } from './search/search.rules.ts';
import { sessionRules } from './session/session.rules.ts';
import { auditTrailRules } from './audit-trail/audit-trail.rules.ts';
import { staffRules } from './staff/staff.rules.ts';
import { wechatRules } from './wechat/wechat.rules.ts';

export const rules = mergeRules(
  accountRules,
  doctorRules,
  loginRules,
  roleRules,
  patientRules,
  archiveRules,
  medicalRules,
  profileRules,
  privacyRules,
  consentRules,
  shareRules,
  transferRules,
  accessLogRules,
  sessionRules,
  secondFactorRules,
  auditTrailRules,
  staffRules,
  searchRules,
  observationRules,
  reminderRules,
  followUpRules,
  wechatRules,
  oidcRules,
  identityRules,
  { PageInfo: anyone },
);
