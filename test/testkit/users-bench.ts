import { inject } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { type Foundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { RoleService } from '../../subgraphs/users/role/role.service.ts';
import { type StaffServices, wireStaff } from '../../subgraphs/users/staff/staff.wiring.ts';
import { benchEnvironment } from './platform.ts';

/** Roles and licences of users on the platform's database, or another one, with a clock of the test's own. */
export class UsersBench {
  readonly foundation: Foundation;
  readonly staff: StaffServices;
  readonly roles: RoleService;
  readonly close: () => Promise<void>;
  /** How far the clock of the test is ahead, ms. */
  ahead = 0;
  areOwnersDown = false;

  private constructor(
    foundation: Foundation,
    storage: Parameters<typeof wireStaff>[1],
    close: () => Promise<void>,
  ) {
    const now = () => new Date(Date.now() + this.ahead);
    this.foundation = { ...foundation, now };
    // Every place is there, as long as the owners answer.
    const places = {
      isHospital: async () => this.#answered(),
      isPharmacy: async () => this.#answered(),
    };
    this.staff = wireStaff(this.foundation, storage, places);
    this.roles = new RoleService(foundation.db, foundation.audit, places, now);
    this.close = close;
  }

  #answered(): boolean {
    if (this.areOwnersDown) throw new AppError('UNAVAILABLE', { service: 'care' });
    return true;
  }

  static async open(env = benchEnvironment(inject('platformDir'))): Promise<UsersBench> {
    const config = loadUsersConfig(env);
    const { foundation, close } = await layFoundation(config, database);
    return new UsersBench(foundation, config.own, close);
  }
}

/** An account that holds permissions for the whole platform. */
export function holderOf(accountId: string, permissions: readonly string[]): Actor {
  const grants = [{ role: 'TEST', permissions, scope: 'PLATFORM' as const, scopeId: '' }];
  return { kind: 'account', accountId, sessionId: 'ses_test', grants };
}
