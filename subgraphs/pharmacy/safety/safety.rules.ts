import { isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

export const safetyRules: RuleMap = {
  Query: { safetyFindings: isService },
  // Reached only by way of a check or a review, which have the rule.
  SafetyFinding: anyone,
};
