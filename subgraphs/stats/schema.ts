import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import type { StatsContext } from './context.ts';
import { DoctorEfficiencyResolver, EfficiencyResolver } from './encounter/encounter.resolver.ts';
import { Doctor } from './external/doctor.ts';
import { Hospital } from './external/hospital.ts';
import { rules } from './permissions.ts';
import { statsQuotas } from './quotas.ts';
import { SaleResolver } from './sale/sale.resolver.ts';
import { VisitResolver } from './visit/visit.resolver.ts';

/** The schema of stats with every field under its rule. */
export function statsSchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<StatsContext>({
    resolvers: [VisitResolver, EfficiencyResolver, DoctorEfficiencyResolver, SaleResolver],
    // Only extended here, returned by nothing.
    orphanedTypes: [Hospital],
    references: {
      Doctor: ({ id }) => Doctor.of(id),
      Hospital: ({ id }) => Hospital.of(id),
    },
    rules,
    quotas: statsQuotas,
  });
}
