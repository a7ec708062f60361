import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';

/** Where it reaches is decided by the place of the practice, in the service. */
const mayPublishSchedules = somewhere('schedule.publish');

/** When a doctor is there, and what is free, is public: patients choose by it before they log in. */
export const scheduleRules: RuleMap = {
  Query: { availableSlots: anyone, mySchedules: mayPublishSchedules },
  Mutation: { publishSchedule: mayPublishSchedules },
  Schedule: anyone,
  Slot: anyone,
  SlotConnection: anyone,
  SlotEdge: anyone,
};
