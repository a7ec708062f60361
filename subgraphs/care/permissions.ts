import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { attachmentRules } from './attachment/attachment.rules.ts';
import { consultationRules } from './consultation/consultation.rules.ts';
import { hospitalRules } from './hospital/hospital.rules.ts';
import { practiceRules } from './practice/practice.rules.ts';

export const rules = mergeRules(hospitalRules, practiceRules, consultationRules, attachmentRules, {
  PageInfo: anyone,
});
