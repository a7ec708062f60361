import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { Account, AccountStatus } from '../../subgraphs/users/account/account.entity.ts';
import { IdentityStore } from '../../subgraphs/users/identity/identity.store.ts';
import { phoneProof } from '../../subgraphs/users/identity/proof.ts';
import { RoleGrant } from '../../subgraphs/users/role/role-grant.entity.ts';
import { LicenceKind, LicenceStatus, StaffLicence } from '../../subgraphs/users/staff/licence.entity.ts';
import { StaffTitle } from '../../subgraphs/users/staff/staff-title.ts';
import type { openSearch } from './search-services.ts';

export const COUNT = 60;
export const HOUR = 3_600_000;
export const HOSPITALS = ['a', 'b', 'c'].map((key) => stableId('hos', key));
export const DEPARTMENTS = ['a', 'b', 'c', 'd'].map((key) => stableId('dep', key));
const CITIES = ['330106', '330108', '330203', '110101', null];
const NAMES = ['张三', '张三丰', '张%', '张_', 'Zhang', 'zhang san', '李\\四', '李', '欧阳'];
export const TITLES = [StaffTitle.RESIDENT, StaffTitle.CHIEF];
export const STATUSES = [AccountStatus.ACTIVE, AccountStatus.SUSPENDED];
export const START = Date.parse('2026-01-01T00:00:00.000Z');
export const phoneOf = (n: number) => `+8613900000${String(n).padStart(3, '0')}`;
const of = <T>(list: readonly T[], n: number) => list[n % list.length] as T;

export type Row = Account & {
  readonly roles: string[];
  readonly licence: StaffLicence | undefined;
  phone: string;
};
/** Everything of an account is a remainder of its number, each by another prime, so that all combinations come up. */
export function made(n: number): Row {
  const id = newId('acc');
  const createdAt = new Date(START + Math.floor(n / 3) * HOUR);
  const account = Object.assign(new Account(), {
    id,
    displayName: of(NAMES, n),
    createdAt,
    lastLoginAt: n % 4 === 0 ? null : new Date(START + (n % 13) * HOUR),
    status: of(STATUSES, n % 7 < 5 ? 0 : 1),
    city: of(CITIES, n),
    version: 1,
    statusReason: null,
  });
  const licence =
    n % 2 === 0
      ? Object.assign(new StaffLicence(), {
          id: newId('lic'),
          accountId: id,
          kind: LicenceKind.DOCTOR,
          status: of([LicenceStatus.APPROVED, LicenceStatus.APPROVED, LicenceStatus.SUSPENDED], n / 2),
          version: 1,
          name: 'x',
          licenceNumber: 'x',
          licenceIndex: null,
          qualificationNumber: 'x',
          title: of(TITLES, n / 2),
          institutionId: of(HOSPITALS, n / 2),
          departmentId: of(DEPARTMENTS, n / 2),
          specialties: '',
          validUntil: n % 3 === 0 ? '2026-11-23' : null,
          reason: null,
          submittedAt: createdAt,
          reviewedAt: null,
          reviewedBy: null,
        })
      : undefined;
  const roles = ['PATIENT', ...(licence ? ['DOCTOR'] : []), ...(n % 11 === 0 ? ['ANALYST'] : [])];
  return Object.assign(account, { roles, licence, phone: phoneOf(n) });
}

/** Puts accounts in with their phone, roles and licence. */
export async function putRows(
  { db, cipher, config }: Awaited<ReturnType<typeof openSearch>>,
  all: readonly Row[],
): Promise<void> {
  const identities = new IdentityStore({ index: new BlindIndex(config.blindIndexKey, 'phone'), cipher });
  await db.transaction(async (tx) => {
    const { manager } = tx;
    await manager.insert(
      Account,
      all.map(({ roles: _roles, licence: _licence, phone: _phone, ...account }) => account),
    );
    for (const row of all) await identities.insert(tx, row.id, phoneProof(row.phone), row.createdAt);
    const grants = all.flatMap((row) =>
      row.roles.map((role) => ({
        id: newId('grt'),
        accountId: row.id,
        role,
        scope: 'PLATFORM' as const,
        scopeId: '',
        grantedBy: row.id,
        grantedAt: row.createdAt,
        // One that is over counts for nothing.
        expiresAt: role === 'ANALYST' && row.city === null ? row.createdAt : null,
      })),
    );
    await manager.insert(RoleGrant, grants);
    await manager.insert(
      StaffLicence,
      all.flatMap(({ licence }) => licence ?? []),
    );
  });
}
