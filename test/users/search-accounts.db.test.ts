import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { Account, AccountStatus } from '../../subgraphs/users/account/account.entity.ts';
import { IdentityStore } from '../../subgraphs/users/identity/identity.store.ts';
import { phoneProof } from '../../subgraphs/users/identity/proof.ts';
import { RoleGrant } from '../../subgraphs/users/role/role-grant.entity.ts';
import { accountConditions, accountOrder } from '../../subgraphs/users/search/account-conditions.ts';
import type { AccountFilter, AccountSort } from '../../subgraphs/users/search/search.inputs.ts';
import { pageOf } from '../../subgraphs/users/search/search-sql.ts';
import { LicenceKind, LicenceStatus, StaffLicence } from '../../subgraphs/users/staff/licence.entity.ts';
import { StaffTitle } from '../../subgraphs/users/staff/staff-title.ts';
import { holder, openSearch } from './search-services.ts';

const COUNT = 60;
const HOUR = 3_600_000;
const HOSPITALS = ['a', 'b', 'c'].map((key) => stableId('hos', key));
const DEPARTMENTS = ['a', 'b', 'c', 'd'].map((key) => stableId('dep', key));
const CITIES = ['330106', '330108', '330203', '110101', null];
const NAMES = ['张三', '张三丰', '张%', '张_', 'Zhang', 'zhang san', '李\\四', '李', '欧阳'];
const TITLES = [StaffTitle.RESIDENT, StaffTitle.CHIEF];
const STATUSES = [AccountStatus.ACTIVE, AccountStatus.SUSPENDED];
const START = Date.parse('2026-01-01T00:00:00.000Z');
const phoneOf = (n: number) => `+8613900000${String(n).padStart(3, '0')}`;
const of = <T>(list: readonly T[], n: number) => list[n % list.length] as T;

type Row = Account & { readonly roles: string[]; readonly licence: StaffLicence | undefined; phone: string };
type Services = Awaited<ReturnType<typeof openSearch>>;

let services: Services;
let all: Row[];

/** Everything of an account is a remainder of its number, each by another prime, so that all combinations come up. */
function made(n: number): Row {
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

beforeAll(async () => {
  services = await openSearch();
  const { db, cipher, config } = services;
  const identities = new IdentityStore({ index: new BlindIndex(config.blindIndexKey, 'phone'), cipher });
  all = Array.from({ length: COUNT }, (_, n) => made(n));
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
});
afterAll(() => services.close());

const stateOf = ({ status, validUntil }: StaffLicence) =>
  status === LicenceStatus.APPROVED && validUntil !== null ? LicenceStatus.EXPIRED : status;

/** What a search should find, the plain way. */
function expected(filter: AccountFilter, { field, direction }: AccountSort, hospital?: string): string[] {
  const { role, status, phone, name, city, institutionId, departmentId, title } = filter;
  const { licenceStatus, licenceKind, registeredFrom, registeredTo, lastLoginFrom, lastLoginTo } = filter;
  const isLicenceAsked =
    hospital ?? institutionId ?? departmentId ?? title ?? licenceStatus ?? licenceKind ?? false;
  const area = city?.replace(/00$/, '').replace(/00$/, '') ?? '';
  const found = all.filter(
    (row) =>
      (!role || (row.roles.includes(role) && !(role === 'ANALYST' && row.city === null))) &&
      (!status || row.status === status) &&
      (!phone || row.phone.endsWith(phone)) &&
      (!name || row.displayName.toLowerCase().startsWith(name.toLowerCase())) &&
      (!city || (row.city?.startsWith(area) ?? false)) &&
      (!isLicenceAsked ||
        (row.licence !== undefined &&
          (!hospital || row.licence.institutionId === hospital) &&
          (!institutionId || row.licence.institutionId === institutionId) &&
          (!departmentId || row.licence.departmentId === departmentId) &&
          (!title || row.licence.title === title) &&
          (!licenceKind || row.licence.kind === licenceKind) &&
          (!licenceStatus || stateOf(row.licence) === licenceStatus))) &&
      (!registeredFrom || row.createdAt >= registeredFrom) &&
      (!registeredTo || row.createdAt < registeredTo) &&
      (!lastLoginFrom || (row.lastLoginAt ?? new Date(0)) >= lastLoginFrom) &&
      (!lastLoginTo || (row.lastLoginAt !== null && row.lastLoginAt < lastLoginTo)),
  );
  const sortKey = (row: Row) =>
    `${(field === 'LAST_LOGIN_AT' ? row.lastLoginAt : row.createdAt)?.toISOString() ?? ''} ${row.id}`;
  const sorted = found.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)).map(({ id }) => id);
  return direction === 'ASC' ? sorted : sorted.toReversed();
}

const instant = fc.integer({ min: -1, max: 22 }).map((hours) => new Date(START + hours * HOUR));
const wanted: fc.Arbitrary<AccountFilter> = fc.record(
  {
    role: fc.constantFrom('PATIENT', 'DOCTOR', 'ANALYST', 'NOBODY'),
    status: fc.constantFrom(...STATUSES),
    phone: fc.integer({ min: 0, max: COUNT }).map((n) => phoneOf(n).slice(3)),
    name: fc.constantFrom('张', '张三', '张%', '张_', 'zhang', '李\\', '%', '_'),
    city: fc.constantFrom('330106', '330100', '330000', '110000'),
    institutionId: fc.constantFrom(...HOSPITALS),
    departmentId: fc.constantFrom(...DEPARTMENTS),
    title: fc.constantFrom(...TITLES),
    licenceStatus: fc.constantFrom(LicenceStatus.APPROVED, LicenceStatus.EXPIRED, LicenceStatus.SUSPENDED),
    licenceKind: fc.constantFrom(LicenceKind.DOCTOR, LicenceKind.PHARMACIST),
    registeredFrom: instant,
    registeredTo: instant,
    lastLoginFrom: instant,
    lastLoginTo: instant,
  },
  { requiredKeys: [] },
);
/** Of all conditions a few, or next to nothing would ever be found. */
const some = fc.tuple(wanted, fc.infiniteStream(fc.boolean())).map(([filter, keep]): AccountFilter => {
  const entries = Object.entries(filter).filter(() => keep.next().value === true);
  return Object.fromEntries(entries.slice(0, 4));
});
const sorting: fc.Arbitrary<AccountSort> = fc.record({
  field: fc.constantFrom('REGISTERED_AT', 'LAST_LOGIN_AT'),
  direction: fc.constantFrom('ASC', 'DESC'),
});

const TABLE = { table: 'account', columns: 't.id' } as const;

test('any conditions in any order find what going through all accounts finds, wherever the search begins', async () => {
  const { db, config, now } = services;
  const indexes = {
    phones: new BlindIndex(config.blindIndexKey, 'phone'),
    identityNumbers: new BlindIndex(config.blindIndexKey, 'identity-number'),
  };
  let withRows = 0;
  await fc.assert(
    fc.asyncProperty(
      some,
      sorting,
      fc.option(fc.constantFrom(...HOSPITALS), { nil: undefined }),
      fc.integer({ min: 1, max: 25 }),
      async (filter, sort, hospital, size) => {
        const right = expected(filter, sort, hospital);
        withRows += right.length > 0 ? 1 : 0;
        const reach = hospital ? { institutionIds: [hospital], departmentIds: [] } : 'EVERYWHERE';
        const day = { now: now(), today: '2026-11-24' };
        const conditions = accountConditions(filter, sort, reach, indexes, day);
        const order = accountOrder(filter, sort);
        for (const begin of [undefined, ...conditions]) {
          const { sql, values } = pageOf(TABLE, order, conditions, begin, undefined, COUNT);
          const rows = await db.read((manager) => manager.query<{ id: string }[]>(sql, [...values]));
          expect(rows.map(({ id }) => id)).toEqual(right);
        }
        // Page by page as well.
        const actor = hospital ? holder(['account.read'], 'HOSPITAL', hospital) : holder(['account.read']);
        const seen: string[] = [];
        for (let rows = await services.accountSearch.page(actor, filter, sort, undefined, size); ;) {
          const shown = rows.slice(0, size);
          seen.push(...shown.map(({ id }) => id));
          const last = shown.at(-1);
          if (rows.length <= size || !last) break;
          const value = sort.field === 'LAST_LOGIN_AT' ? last.lastLoginAt : last.createdAt;
          rows = await services.accountSearch.page(actor, filter, sort, { id: last.id, value }, size);
        }
        expect(seen).toEqual(right);
      },
    ),
    { numRuns: 50 },
  );
  expect(withRows).toBeGreaterThan(10);
});
