import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { AccountStore } from './account/account.store.ts';
import type { DoctorStore } from './doctor/doctor.store.ts';
import type { LoginCodeService } from './login/login-code.service.ts';
import type { LoginService } from './login/login.service.ts';
import type { RoleService } from './role/role.service.ts';
import type { SessionService } from './session/session.service.ts';

export interface UsersServices {
  readonly accounts: AccountStore;
  readonly doctors: DoctorStore;
  readonly codes: LoginCodeService;
  readonly logins: LoginService;
  readonly sessions: SessionService;
  readonly roles: RoleService;
}

export interface UsersContext extends GraphqlContext {
  readonly services: UsersServices;
}
