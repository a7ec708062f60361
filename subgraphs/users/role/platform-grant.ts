import { newId } from '../../../shared/ids/ids.ts';
import { RoleGrant } from './role-grant.entity.ts';

/** A role of the whole platform that an account gets by its own registration, or by the demo data. */
export function platformGrant(
  accountId: string,
  role: string,
  grantedAt: Date,
  id: string = newId('grt'),
): RoleGrant {
  return Object.assign(new RoleGrant(), {
    id,
    accountId,
    role,
    scope: 'PLATFORM',
    scopeId: '',
    hospitalId: '',
    grantedBy: accountId,
    grantedAt,
  });
}
