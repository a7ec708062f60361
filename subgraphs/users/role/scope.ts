import { departmentScope, type Place, type Scope } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';

/** What a grant is bound to, as its row names it. */
export interface GrantPlace {
  readonly scope: Scope;
  /** The hospital, department or pharmacy; empty for the platform. */
  readonly scopeId: string;
  /** Of a department: its hospital. Empty for other scopes, and where an older release wrote the row. */
  readonly hospitalId: string;
}

/** The type of identifier that each scope takes; a grant is bound to one thing of one kind. */
const ID_TYPES = { HOSPITAL: 'hos', DEPARTMENT: 'dep', PHARMACY: 'pha' } as const;

/**
 * A scope with the identifiers that belong to it: none for the platform.
 * @throws AppError VALIDATION_FAILED, BAD_ID
 */
export function assertScope({ scope, scopeId, hospitalId }: GrantPlace): void {
  if ((scope === 'PLATFORM') !== (scopeId === '')) {
    throw new AppError('VALIDATION_FAILED', { field: 'scopeId', reason: scope });
  }
  if (scope !== 'DEPARTMENT' && hospitalId !== '') {
    throw new AppError('VALIDATION_FAILED', { field: 'hospitalId', reason: scope });
  }
  if (scope !== 'PLATFORM') parseId(ID_TYPES[scope], scopeId);
  if (hospitalId !== '') parseId('hos', hospitalId);
}

/** The identifier under which a grant is known to {@link holds} and to the other subgraphs. */
export function scopeIn({ scope, scopeId, hospitalId }: GrantPlace): string {
  return scope === 'DEPARTMENT' ? departmentScope(hospitalId, scopeId) : scopeId;
}

/** Where a grant reaches. */
export function placeOfGrant({ scope, scopeId, hospitalId }: GrantPlace): Place {
  if (scope === 'HOSPITAL') return { hospitalId: scopeId };
  if (scope === 'PHARMACY') return { pharmacyId: scopeId };
  return scope === 'DEPARTMENT' && hospitalId !== '' ? { hospitalId, departmentId: scopeId } : {};
}

/** The place of a hospital or a pharmacy, which its identifier tells apart. */
export function placeOfInstitution(id: string): Place {
  return id.startsWith('pha_') ? { pharmacyId: id } : { hospitalId: id };
}
