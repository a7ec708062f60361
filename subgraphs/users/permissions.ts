import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { accountRules } from './account/account.rules.ts';
import { archiveRules } from './archive/archive.rules.ts';
import { doctorRules } from './doctor/doctor.rules.ts';
import { followUpRules } from './follow-up/follow-up.rules.ts';
import { loginRules } from './login/login.rules.ts';
import { observationRules } from './observation/observation.rules.ts';
import { patientRules } from './patient/patient.rules.ts';
import { profileRules } from './profile/profile.rules.ts';
import { reminderRules } from './reminder/reminder.rules.ts';
import { roleRules } from './role/role.rules.ts';

export const rules = mergeRules(
  accountRules,
  doctorRules,
  loginRules,
  roleRules,
  patientRules,
  archiveRules,
  profileRules,
  observationRules,
  reminderRules,
  followUpRules,
  { PageInfo: anyone, Quantity: anyone, CodedConcept: anyone },
);
