import type { Place } from '../../shared/context/actor.ts';
import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { BlindIndex } from '../../shared/crypto/blind-index.ts';
import type { BatchRead } from '../../shared/loader/loaders.ts';
import type { AccountStore } from './account/account.store.ts';
import type { StaffServices } from './staff/staff.wiring.ts';
import type { ArchiveService } from './archive/archive.service.ts';
import type { ArchiveStore } from './archive/archive.store.ts';
import type { ConsentNeeds } from './consent/consent-needs.ts';
import type { ConsentStore } from './consent/consent.store.ts';
import type { DoctorStore } from './doctor/doctor.store.ts';
import type { PhoneBook } from './invitation/phone-book.ts';
import type { LoginCodeService } from './login/login-code.service.ts';
import type { LoginLimiter } from './login/login-limiter.ts';
import type { LoginService } from './login/login.service.ts';
import type { ObservationServices } from './observation/observation.wiring.ts';
import type { IdentityLabels } from './identity/identity-labels.ts';
import type { IdentityService } from './identity/identity.service.ts';
import type { OidcLoginService } from './oidc/oidc-login.service.ts';
import type { CarePair } from './patient/care-relation.ts';
import type { PatientLifeServices } from './patient/patient-life.wiring.ts';
import type { PatientService } from './patient/patient.service.ts';
import type { PatientStore } from './patient/patient.store.ts';
import type { PrivacyServices } from './privacy/privacy.wiring.ts';
import type { OwnPatientService } from './profile/own-patient.service.ts';
import type { ProfileService } from './profile/profile.service.ts';
import type { RoleService } from './role/role.service.ts';
import type { SearchServices } from './search/search.wiring.ts';
import type { wireSessions } from './session/session.wiring.ts';
import type { ShareStore } from './sharing/share.store.ts';
import type { WechatLoginService } from './wechat/wechat-login.service.ts';

export interface UsersServices
  extends
    ReturnType<typeof wireSessions>,
    StaffServices,
    PatientLifeServices,
    ObservationServices,
    PrivacyServices,
    SearchServices {
  readonly accounts: AccountStore;
  readonly doctors: DoctorStore;
  readonly codes: LoginCodeService;
  readonly logins: LoginService;
  readonly limiter: LoginLimiter;
  /** By which a phone is counted and found. */
  readonly phoneIndex: BlindIndex;
  readonly roles: RoleService;
  readonly patients: PatientStore;
  readonly patientAdding: PatientService;
  /** Where a doctor treats a patient, as care tells it. */
  readonly treatmentPlaces: BatchRead<CarePair, readonly Place[]>;
  readonly archiveStore: ArchiveStore;
  readonly archives: ArchiveService;
  readonly profiles: ProfileService;
  readonly ownPatients: OwnPatientService;
  readonly phoneBook: PhoneBook;
  readonly shares: ShareStore;
  readonly consents: ConsentStore;
  readonly consentNeeds: ConsentNeeds;
  readonly now: () => Date;
  readonly wechat: WechatLoginService;
  readonly oidc: OidcLoginService;
  readonly identities: IdentityService;
  readonly identityLabels: IdentityLabels;
  /** The business day of now. */
  readonly today: () => string;
}

export interface UsersContext extends GraphqlContext {
  readonly services: UsersServices;
}
