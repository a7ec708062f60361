import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import { AccessLogEntryResolver, PatientAccessLogResolver } from './access-log/access-log.resolver.ts';
import { AccountResolver } from './account/account.resolver.ts';
import { ArchiveResolver, PatientArchiveResolver } from './archive/archive.resolver.ts';
import { ConsentDocumentResolver, ConsentResolver } from './consent/consent.resolver.ts';
import { MissingConsentResolver } from './consent/missing-consent.resolver.ts';
import { entryAuthorResolvers } from './archive/archive-author.resolver.ts';
import { ArchiveHistoryResolver, ArchiveVersionResolver } from './archive/archive-history.resolver.ts';
import { ArchiveFactsResolver } from './archive/archive-facts.resolver.ts';
import { PastEntryResolver } from './archive/past-entry.resolver.ts';
import type { UsersContext } from './context.ts';
import { DoctorResolver } from './doctor/doctor.resolver.ts';
import {
  FollowUpItemResolver,
  FollowUpPlanResolver,
  PatientFollowUpsResolver,
} from './follow-up/follow-up.resolver.ts';
import { AccountIdentitiesResolver, IdentityResolver } from './identity/identity.resolver.ts';
import { LoginResolver } from './login/login.resolver.ts';
import { OidcResolver } from './oidc/oidc.resolver.ts';
import { WechatResolver } from './wechat/wechat.resolver.ts';
import { LoginResultResolver } from './login/login-result.resolver.ts';
import { ObservationOutcomeResolver, ObservationResolver } from './observation/observation.resolver.ts';
import { PatientObservationsResolver } from './observation/patient-observations.resolver.ts';
import { findVisiblePatient } from './patient/patient.access.ts';
import { PatientResolver } from './patient/patient.resolver.ts';
import { rules } from './permissions.ts';
import { usersQuotas } from './quotas.ts';
import { ErasureResolver, ExportResolver } from './privacy/privacy.resolver.ts';
import { ProfileResolver } from './profile/profile.resolver.ts';
import {
  PatientRemindersResolver,
  ReminderOccurrenceResolver,
  ReminderResolver,
} from './reminder/reminder.resolver.ts';
import { AccountSearchResolver } from './search/account-search.resolver.ts';
import { PatientSearchResolver } from './search/patient-search.resolver.ts';
import { RoleResolver } from './role/role.resolver.ts';
import { PatientShareResolver, PatientSharesResolver } from './sharing/share.resolver.ts';
import { PatientTransferResolver } from './transfer/transfer.resolver.ts';
import { SecondFactorResolver } from './second-factor/second-factor.resolver.ts';
import { SessionResolver } from './session/session.resolver.ts';
import { RoleDefinitionResolver, RoleGrantResolver } from './role/role-definition.resolver.ts';
import { AuditTrailResolver } from './audit-trail/audit-trail.resolver.ts';
import { LicenceResolver } from './staff/licence.resolver.ts';
import { LicenceDocumentResolver } from './staff/licence-document.resolver.ts';
import { PharmacistResolver } from './staff/pharmacist.resolver.ts';

/** The schema of users with every field under its rule. */
export function usersSchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<UsersContext>({
    resolvers: [
      AccountResolver,
      DoctorResolver,
      LoginResolver,
      WechatResolver,
      OidcResolver,
      IdentityResolver,
      AccountIdentitiesResolver,
      RoleResolver,
      PatientResolver,
      PatientArchiveResolver,
      ArchiveResolver,
      ArchiveFactsResolver,
      PastEntryResolver,
      ...entryAuthorResolvers,
      ArchiveHistoryResolver,
      ArchiveVersionResolver,
      ProfileResolver,
      ExportResolver,
      ErasureResolver,
      ConsentDocumentResolver,
      ConsentResolver,
      MissingConsentResolver,
      PatientShareResolver,
      PatientSharesResolver,
      PatientTransferResolver,
      AccessLogEntryResolver,
      PatientAccessLogResolver,
      LoginResultResolver,
      SessionResolver,
      SecondFactorResolver,
      RoleDefinitionResolver,
      RoleGrantResolver,
      AuditTrailResolver,
      LicenceResolver,
      LicenceDocumentResolver,
      PharmacistResolver,
      ObservationResolver,
      ObservationOutcomeResolver,
      PatientObservationsResolver,
      ReminderResolver,
      ReminderOccurrenceResolver,
      PatientRemindersResolver,
      AccountSearchResolver,
      PatientSearchResolver,
      FollowUpPlanResolver,
      FollowUpItemResolver,
      PatientFollowUpsResolver,
    ],
    references: {
      Account: ({ id }, { loaders, services }) => loaders.of(services.accounts.byId).load(id),
      Doctor: ({ id }, { loaders, services }) => loaders.of(services.doctors.byId).load(id),
      Pharmacist: ({ id }, { loaders, services }) => loaders.of(services.pharmacists.byId).load(id),
      Patient: ({ id }, context) => findVisiblePatient(context, id),
    },
    rules,
    quotas: usersQuotas,
  });
}
