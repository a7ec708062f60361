import { holds } from '../../../shared/context/actor.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { StatsContext } from '../context.ts';
import type { Hospital } from '../external/hospital.ts';
import { mayReadStats } from '../range/stats.rules.ts';

const mayReadStatsOfHospital = rule<StatsContext, Hospital>(
  'mayReadStatsOfHospital',
  (hospital, _args, { actor }) => holds(actor, 'stats.read', { hospitalId: hospital.id }),
);

export const visitRules: RuleMap = {
  Query: { heatMap: mayReadStats },
  HeatCell: mayReadStats,
  Hospital: { id: anyone, visitCount: mayReadStatsOfHospital },
};
