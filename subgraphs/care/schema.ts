import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import { CareInternalResolver } from './appointment/care-internal.resolver.ts';
import { ChatResolver } from './consultation/chat.resolver.ts';
import { ConsultationResolver } from './consultation/consultation.resolver.ts';
import type { CareContext } from './context.ts';
import { Doctor } from './external/doctor.ts';
import { HospitalResolver } from './hospital/hospital.resolver.ts';
import { rules } from './permissions.ts';
import { PracticeResolver } from './practice/practice.resolver.ts';

/** The schema of care with every field under its rule. */
export function careSchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<CareContext>({
    resolvers: [HospitalResolver, PracticeResolver, ConsultationResolver, ChatResolver, CareInternalResolver],
    references: {
      Hospital: ({ id }, { loaders, services }) => loaders.of(services.hospitals.byId).load(id),
      Consultation: ({ id }, { loaders, services }) => loaders.of(services.consultations.byId).load(id),
      Doctor: ({ id }) => Doctor.of(id),
    },
    rules,
  });
}
