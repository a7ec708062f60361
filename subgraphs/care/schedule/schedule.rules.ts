import { holdsSomewhere } from '../../../shared/context/actor.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { CareContext } from '../context.ts';

/** Where it reaches is decided by the place of the practice, in the service. */
const mayPublishSchedules = rule<CareContext>('mayPublishSchedules', (_parent, _args, { actor }) =>
  holdsSomewhere(actor, 'schedule.publish'),
);

/** When a doctor is there, and what is free, is public: patients choose by it before they log in. */
export const scheduleRules: RuleMap = {
  Query: { availableSlots: anyone, mySchedules: mayPublishSchedules },
  Mutation: { publishSchedule: mayPublishSchedules },
  Schedule: anyone,
  Slot: anyone,
  SlotConnection: anyone,
  SlotEdge: anyone,
};
