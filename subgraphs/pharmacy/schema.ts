import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import type { PharmacyContext } from './context.ts';
import { rules } from './permissions.ts';

/** The schema of pharmacy with every field under its rule. */
export function pharmacySchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<PharmacyContext>({ resolvers: [], references: {}, rules });
}
