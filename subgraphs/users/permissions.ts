import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { accountRules } from './account/account.rules.ts';
import { doctorRules } from './doctor/doctor.rules.ts';

export const rules = mergeRules(accountRules, doctorRules, { PageInfo: anyone });
