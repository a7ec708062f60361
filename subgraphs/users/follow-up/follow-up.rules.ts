import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';
import { maySeeItsPatient, maySeeThePatient } from '../patient/patient-row.rules.ts';

export const followUpRules: RuleMap = {
  Query: { myFollowUps: isLoggedIn },
  Mutation: {
    createFollowUpPlan: isLoggedIn,
    cancelFollowUpPlan: isLoggedIn,
    completeFollowUpItem: isLoggedIn,
  },
  Patient: { followUpPlans: maySeeThePatient },
  FollowUpPlan: maySeeItsPatient,
  FollowUpItem: maySeeItsPatient,
  FollowUpPlanConnection: anyone,
  FollowUpPlanEdge: anyone,
  FollowUpItemConnection: anyone,
  FollowUpItemEdge: anyone,
};
