import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { newId } from '../../shared/ids/ids.ts';
import { Account } from '../../subgraphs/users/account/account.entity.ts';
import { platformGrant } from '../../subgraphs/users/role/platform-grant.ts';
import { RoleGrant } from '../../subgraphs/users/role/role-grant.entity.ts';
import { accountConditions, accountOrder } from '../../subgraphs/users/search/account-conditions.ts';
import type { AccountFilter, AccountSort } from '../../subgraphs/users/search/search.inputs.ts';
import { pageOf } from '../../subgraphs/users/search/search-sql.ts';
import { LicenceKind, LicenceStatus, type StaffLicence } from '../../subgraphs/users/staff/licence.entity.ts';
import { HOSTILE } from './matrix/hostile.ts';
import {
  COUNT,
  DEPARTMENTS,
  HOSPITALS,
  HOUR,
  made,
  phoneOf,
  putRows,
  type Row,
  START,
  STATUSES,
  TITLES,
} from './search-rows.ts';
import { holder, openSearch } from './search-services.ts';

type Services = Awaited<ReturnType<typeof openSearch>>;

let services: Services;
let all: Row[];

beforeAll(async () => {
  services = await openSearch();
  all = Array.from({ length: COUNT }, (_, n) => made(n));
  await putRows(services, all);
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
const wanted = fc.record({
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
});
const FIELDS = [
  ...(['role', 'status', 'phone', 'name', 'city', 'institutionId', 'departmentId', 'title'] as const),
  ...([
    'licenceStatus',
    'licenceKind',
    'registeredFrom',
    'registeredTo',
    'lastLoginFrom',
    'lastLoginTo',
  ] as const),
];
/** Of all conditions a few, or next to nothing would ever be found. */
const some = fc
  .tuple(wanted, fc.subarray(FIELDS, { maxLength: 3 }))
  .map(([filter, kept]): AccountFilter => Object.fromEntries(kept.map((field) => [field, filter[field]])));
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
      fc.integer({ min: 4, max: 25 }),
      async (filter, sort, hospital, size) => {
        const right = expected(filter, sort, hospital);
        withRows += right.length > 0 ? 1 : 0;
        const reach = hospital ? { institutionIds: [hospital], departments: [] } : 'EVERYWHERE';
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
    { numRuns: 200 },
  );
  expect(withRows).toBeGreaterThan(6);
});

test('rows that come while somebody turns pages are neither in the way nor cost one that was there', async () => {
  const actor = holder(['account.read']);
  const sort = { field: 'REGISTERED_AT', direction: 'DESC' } as const;
  const filter = { role: 'DOCTOR' };
  const there = expected(filter, sort);
  const seen: string[] = [];
  let place: { id: string; value: Date } | undefined;
  for (let turn = 0; ; turn += 1) {
    const rows = await services.accountSearch.page(actor, filter, sort, place, 4);
    const shown = rows.slice(0, 4);
    seen.push(...shown.map(({ id }) => id));
    const last = shown.at(-1);
    if (rows.length <= 4 || !last) break;
    place = { id: last.id, value: last.createdAt };
    // At the very moment of the last one that was shown, and before and after it.
    const added = [-1, 0, 1].map((ms) =>
      Object.assign(made(COUNT + turn), {
        id: newId('acc'),
        createdAt: new Date(last.createdAt.getTime() + ms),
        roles: ['DOCTOR'],
        licence: undefined,
        phone: '',
      }),
    );
    await services.db.transaction(async ({ manager }) => {
      for (const { roles: _roles, licence: _licence, phone: _phone, ...account } of added) {
        await manager.insert(Account, account);
        await manager.insert(RoleGrant, platformGrant(account.id, 'DOCTOR', account.createdAt));
      }
    });
    all.push(...added);
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => there.includes(id))).toEqual(there);
});

test('what stands in a text is never more than a text', async () => {
  const actor = holder(['account.read', 'patient.search']);
  const byAccount = { field: 'REGISTERED_AT', direction: 'ASC' } as const;
  const byPatient = { field: 'ADDED_AT', direction: 'ASC' } as const;
  const refusals = ['VALIDATION_FAILED', 'BAD_ID', 'BAD_PHONE', 'BAD_IDENTITY_NUMBER'];
  const unclear: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown[]>) => {
    const outcome = await work().then(
      (rows) => (rows.length === 0 ? 'NOTHING' : 'FOUND'),
      (error: unknown) => (error as { code: string }).code,
    );
    if (outcome !== 'NOTHING' && !refusals.includes(outcome)) unclear.push(`${what}: ${outcome}`);
  };
  for (const [what, text] of Object.entries(HOSTILE)) {
    for (const field of [
      'role',
      'phone',
      'name',
      'identityNumber',
      'city',
      'institutionId',
      'departmentId',
    ]) {
      await attempt(`account ${field}: ${what}`, () =>
        services.accountSearch.page(actor, { [field]: text }, byAccount, undefined, 5),
      );
    }
    for (const field of ['name', 'phone', 'identityNumber', 'accountId']) {
      await attempt(`patient ${field}: ${what}`, () =>
        services.patientSearch.page(actor, { [field]: text }, byPatient, undefined, 5),
      );
    }
  }
  expect(unclear).toEqual([]);
  expect(await services.accountSearch.page(actor, {}, byAccount, undefined, 5)).toHaveLength(6);
});
