import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { AccountStore } from './account/account.store.ts';
import type { DoctorStore } from './doctor/doctor.store.ts';

export interface UsersServices {
  readonly accounts: AccountStore;
  readonly doctors: DoctorStore;
}

export interface UsersContext extends GraphqlContext {
  readonly services: UsersServices;
}
