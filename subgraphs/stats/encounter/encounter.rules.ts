import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';
import { mayReadStats } from '../range/stats.rules.ts';

export const encounterRules: RuleMap = {
  Query: { doctorEfficiency: mayReadStats },
  DoctorEfficiency: mayReadStats,
  Doctor: { id: anyone, efficiency: mayReadStats },
};
