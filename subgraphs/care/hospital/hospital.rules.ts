import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

export const hospitalRules: RuleMap = {
  Query: { hospital: anyone, hospitals: anyone, hospitalsNear: anyone },
  Hospital: anyone,
  HospitalConnection: anyone,
  HospitalEdge: anyone,
  NearbyHospital: anyone,
};
