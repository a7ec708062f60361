import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import type { StatsContext } from './context.ts';
import { rules } from './permissions.ts';

/** The schema of stats with every field under its rule. */
export function statsSchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<StatsContext>({ resolvers: [], references: {}, rules });
}
