import type { Authority } from '../../../shared/auth/authority.ts';
import type { RoleService } from '../role/role.service.ts';
import type { RotationUses } from './rotation-uses.ts';

/** What a session may do, after it is kept that an access token of a refresh is used. */
export async function authorityOf(
  { rotationUses, roles }: { readonly rotationUses: RotationUses; readonly roles: RoleService },
  sessionId: string,
  rotation: string | undefined,
): Promise<Authority> {
  if (rotation !== undefined) await rotationUses.record(sessionId, rotation);
  return roles.authorityOf(sessionId);
}
