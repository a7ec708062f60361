import { isService } from '../../../shared/rules/identity-rules.ts';
import type { RuleMap } from '../../../shared/rules/rules.ts';

export const recordAccessRules: RuleMap = {
  Query: { recordAccesses: isService },
  RecordAccess: isService,
};
