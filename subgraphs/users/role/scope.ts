import type { Scope } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';

/** The type of identifier that each scope takes; a grant is bound to one thing of one kind. */
const ID_TYPES = { HOSPITAL: 'hos', DEPARTMENT: 'dep', PHARMACY: 'pha' } as const;

/** A scope with the identifier that belongs to it: none for the platform. @throws AppError VALIDATION_FAILED, BAD_ID */
export function assertScope(scope: Scope, scopeId: string): void {
  if ((scope === 'PLATFORM') !== (scopeId === '')) {
    throw new AppError('VALIDATION_FAILED', { field: 'scopeId', reason: scope });
  }
  if (scope !== 'PLATFORM') parseId(ID_TYPES[scope], scopeId);
}
