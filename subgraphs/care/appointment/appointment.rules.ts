import { isService } from '../../../shared/rules/identity-rules.ts';
import type { RuleMap } from '../../../shared/rules/rules.ts';

export const appointmentRules: RuleMap = {
  Query: { payable: isService, careRelations: isService },
  Payable: isService,
};
