import type { RowDataPacket } from 'mysql2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { AccountStatus } from '../../subgraphs/users/account/account.entity.ts';
import { Sex } from '../../subgraphs/users/patient/patient.entity.ts';
import { LicenceStatus } from '../../subgraphs/users/staff/licence.entity.ts';
import { accountConditions, accountOrder } from '../../subgraphs/users/search/account-conditions.ts';
import { patientConditions, patientOrder } from '../../subgraphs/users/search/patient-conditions.ts';
import type {
  AccountFilter,
  AccountSort,
  PatientFilter,
  PatientSort,
} from '../../subgraphs/users/search/search.inputs.ts';
import { SearchPlanner } from '../../subgraphs/users/search/search-planner.ts';
import { type Condition, type Order, pageOf, type Place } from '../../subgraphs/users/search/search-sql.ts';
import { StaffTitle } from '../../subgraphs/users/staff/staff-title.ts';
import { manyId, placeOfDoctor, putAccounts, START, STEP_MS } from '../testkit/many-accounts.ts';
import { sha256 } from '../testkit/sha256.ts';
import { openSearch } from './search-services.ts';
import { identityNumber } from './some-patients.ts';

const COUNT = 30_000;
const PAGE = 21;
const LATER = new Date(START.getTime() + 20_000 * STEP_MS);
const SOON = new Date(LATER.getTime() + 100 * STEP_MS);
const NEXT_DAY = new Date(LATER.getTime() + 86_400_000);

let services: Awaited<ReturnType<typeof openSearch>>;
beforeAll(async () => {
  services = await openSearch();
  await putAccounts(services.admin, services.schema, COUNT);
});
afterAll(() => services.close());

/** Finds the rows that were made up, whatever it is asked for. */
const indexTo = (text: string) => ({ candidates: () => [sha256(text)] }) as unknown as BlindIndex;
const phones = indexTo('phone 777');
const identityNumbers = indexTo('identity 775');
const names = indexTo('name 775');
const day = { now: new Date('2026-11-24T04:00:00.000Z'), today: '2026-11-24' };

interface Cost {
  /** Accesses to real tables, such as `ref`. */
  readonly types: string[];
  /** Rows that the engine went to. */
  readonly read: number;
  readonly found: number;
}

/** What a page costs, with where it begins. */
async function costOf(
  table: { table: string; columns: string },
  order: Order,
  conditions: Condition[],
  after?: Place,
): Promise<Cost> {
  const { admin, db } = services;
  const planner = new SearchPlanner(table.table);
  const begin = await db.read((manager) => planner.begin(manager, order, conditions, PAGE));
  const { sql, values } = pageOf(table, order, conditions, begin, after, PAGE);
  const [plan] = await admin.query<RowDataPacket[]>(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, [...values]);
  await admin.query('FLUSH STATUS');
  const [rows] = await admin.query<RowDataPacket[]>(sql, [...values]);
  const [counters] = await admin.query<RowDataPacket[]>("SHOW SESSION STATUS LIKE 'Handler_read%'");
  return {
    types: plan.filter((row) => !String(row.table).startsWith('<')).map((row) => String(row.type)),
    read: counters.reduce((sum, { Value }) => sum + Number(Value), 0),
    found: rows.length,
  };
}

const ACCOUNTS = { table: 'account', columns: 't.*' } as const;
const PATIENTS = { table: 'patient', columns: 't.id' } as const;
const newest: AccountSort = { field: 'REGISTERED_AT', direction: 'DESC' };
const byLogin: AccountSort = { field: 'LAST_LOGIN_AT', direction: 'DESC' };
const added: PatientSort = { field: 'ADDED_AT', direction: 'DESC' };

const accountSearches: [string, AccountFilter, AccountSort, Place?][] = [
  ['nothing', {}, newest],
  [
    'a page far behind',
    {},
    newest,
    { id: manyId('acc', 3000), value: new Date(START.getTime() + 3000 * STEP_MS) },
  ],
  ['those who never logged in', {}, byLogin, { id: manyId('acc', 9000), value: null }],
  ['phone', { phone: '13800000777', role: 'PATIENT' }, newest],
  ['identity number', { identityNumber: identityNumber('19900101', 'MALE') }, newest],
  ['a rare role', { role: 'ANALYST' }, newest],
  ['the role of all', { role: 'PATIENT' }, newest],
  ['the role of all, by login', { role: 'PATIENT', status: AccountStatus.SUSPENDED }, byLogin],
  ['role and state', { role: 'DOCTOR', status: AccountStatus.ACTIVE }, newest],
  ['department', { departmentId: placeOfDoctor(5000).departmentId, title: StaffTitle.RESIDENT }, newest],
  ['hospital', { ...placeOfDoctor(5000), licenceStatus: LicenceStatus.APPROVED }, newest],
  [
    'hospital and a rare state',
    { institutionId: manyId('hos', 4), licenceStatus: LicenceStatus.SUSPENDED },
    newest,
  ],
  ['a name', { name: '张0087' }, newest],
  ['a family name and a role', { name: '张', role: 'DOCTOR' }, newest],
  ['city', { city: '330103' }, newest],
  ['province', { city: '330000', status: AccountStatus.ACTIVE }, newest],
  ['registration', { registeredFrom: LATER, registeredTo: SOON }, byLogin],
  ['login', { lastLoginFrom: LATER, lastLoginTo: NEXT_DAY }, newest],
];
const patientSearches: [string, PatientFilter, PatientSort][] = [
  ['nothing', {}, added],
  ['name', { name: '张三' }, added],
  ['phone', { phone: '13800000777' }, added],
  ['identity number', { identityNumber: identityNumber('19900101', 'MALE') }, added],
  ['account', { accountId: manyId('acc', 775) }, added],
  ['birth', { birthDateFrom: '1980-01-01', birthDateTo: '1980-03-01', sex: Sex.MALE }, added],
  ['birth in order', { birthDateFrom: '1980-01-01' }, { field: 'BIRTH_DATE', direction: 'ASC' }],
];

test('no search goes through a table, and none reads much more than it shows', async () => {
  const costs: Record<string, Cost> = {};
  for (const [name, filter, sort, after] of accountSearches) {
    const conditions = accountConditions(filter, sort, 'EVERYWHERE', { phones, identityNumbers }, day);
    costs[`accounts by ${name}`] = await costOf(ACCOUNTS, accountOrder(filter, sort), conditions, after);
  }
  for (const [name, filter, sort] of patientSearches) {
    const conditions = patientConditions(
      filter,
      sort,
      { names, phones: indexTo('phone 775'), identityNumbers },
      day.today,
    );
    costs[`patients by ${name}`] = await costOf(PATIENTS, patientOrder(filter, sort), conditions);
  }
  const through = Object.entries(costs).filter(
    ([, { types }]) => types.length === 0 || types.includes('ALL'),
  );
  expect(through).toEqual([]);
  const much = Object.entries(costs).filter(([, { read }]) => read > COUNT / 6);
  expect(much).toEqual([]);
  expect(Object.entries(costs).filter(([, { found }]) => found === 0)).toEqual([]);
  const exact = ['accounts by phone', 'accounts by identity number', 'patients by phone'];
  for (const name of exact) expect(costs[name]?.read, name).toBeLessThan(40);
});
