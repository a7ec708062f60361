import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import { AccountResolver } from './account/account.resolver.ts';
import { ArchiveResolver, PatientArchiveResolver } from './archive/archive.resolver.ts';
import type { UsersContext } from './context.ts';
import { DoctorResolver } from './doctor/doctor.resolver.ts';
import { LoginResolver } from './login/login.resolver.ts';
import { findVisiblePatient } from './patient/patient.access.ts';
import { PatientResolver } from './patient/patient.resolver.ts';
import { rules } from './permissions.ts';
import { ErasureResolver, ExportResolver } from './privacy/privacy.resolver.ts';
import { ProfileResolver } from './profile/profile.resolver.ts';
import { RoleResolver } from './role/role.resolver.ts';

/** The schema of users with every field under its rule. */
export function usersSchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<UsersContext>({
    resolvers: [
      AccountResolver,
      DoctorResolver,
      LoginResolver,
      RoleResolver,
      PatientResolver,
      PatientArchiveResolver,
      ArchiveResolver,
      ProfileResolver,
      ExportResolver,
      ErasureResolver,
    ],
    references: {
      Account: ({ id }, { loaders, services }) => loaders.of(services.accounts.byId).load(id),
      Doctor: ({ id }, { loaders, services }) => loaders.of(services.doctors.byId).load(id),
      Patient: ({ id }, context) => findVisiblePatient(context, id),
    },
    rules,
  });
}
