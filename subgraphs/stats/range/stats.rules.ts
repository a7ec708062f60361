import { holds } from '../../../shared/context/actor.ts';
import { rule } from '../../../shared/rules/rules.ts';
import type { StatsContext } from '../context.ts';

/** Over the whole platform: a grant for one hospital does not show what happens in others. */
export const mayReadStats = rule<StatsContext>('mayReadStats', (_parent, _args, { actor }) =>
  holds(actor, 'stats.read'),
);
