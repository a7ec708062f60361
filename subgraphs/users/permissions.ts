import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { accountRules } from './account/account.rules.ts';
import { doctorRules } from './doctor/doctor.rules.ts';
import { loginRules } from './login/login.rules.ts';
import { roleRules } from './role/role.rules.ts';

export const rules = mergeRules(accountRules, doctorRules, loginRules, roleRules, { PageInfo: anyone });
