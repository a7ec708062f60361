import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { Account } from '../../subgraphs/users/account/account.entity.ts';
import { HealthArchive } from '../../subgraphs/users/archive/archive.entity.ts';
import {
  Patient,
  PatientRelation,
  PatientStatus,
  Sex,
} from '../../subgraphs/users/patient/patient.entity.ts';
import type { PatientFilter, PatientSort } from '../../subgraphs/users/search/search.inputs.ts';
import { holder, openSearch } from './search-services.ts';

const COUNT = 36;
const SIZE = 8;
const NAMES = ['张三', '李四', '张三丰'];
const SEXES = [Sex.MALE, Sex.FEMALE];
const RELATIONS = [PatientRelation.CHILD, PatientRelation.PARENT, PatientRelation.OTHER];
const of = <T>(list: readonly T[], n: number) => list[n % list.length] as T;
const actor = holder(['patient.search']);

let services: Awaited<ReturnType<typeof openSearch>>;
let all: Patient[];

beforeAll(async () => {
  services = await openSearch();
  const { db, patients } = services;
  const createdAt = new Date('2026-01-01T00:00:00.000Z');
  const accounts = [1, 2].map((n) => ({ id: newId('acc'), displayName: String(n), createdAt }));
  all = Array.from({ length: COUNT }, (_, n) =>
    Object.assign(new Patient(), {
      id: newId('pat'),
      accountId: of(accounts, n).id,
      selfOf: null,
      relation: of(RELATIONS, n),
      name: of(NAMES, n),
      sex: of(SEXES, n),
      birthDate: `19${50 + (n % 5)}-0${1 + (n % 7)}-11`,
      identityNumber: null,
      identityIndex: null,
      phone: n % 4 === 0 ? null : `+86139000000${10 + (n % 6)}`,
      status: n % 9 === 0 ? PatientStatus.REMOVED : PatientStatus.ACTIVE,
      version: 1,
      archiveVersion: 1,
      createdAt: new Date(createdAt.getTime() + (n % 10) * 1000),
    }),
  );
  await db.transaction(async (tx) => {
    await tx.manager.insert(Account, accounts);
    for (const each of all) await patients.insert(tx, each, HealthArchive.first(each.id, createdAt));
  });
});
afterAll(() => services.close());

const sorts: PatientSort[] = (['ADDED_AT', 'BIRTH_DATE'] as const).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })),
);

function expected(keep: (patient: Patient) => boolean, { field, direction }: PatientSort): string[] {
  const key = ({ id, birthDate, createdAt }: Patient) =>
    `${field === 'BIRTH_DATE' ? birthDate : createdAt.toISOString()} ${id}`;
  const sorted = all.filter(keep).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  return (direction === 'ASC' ? sorted : sorted.toReversed()).map(({ id }) => id);
}

async function searched(filter: PatientFilter, sort: PatientSort): Promise<string[]> {
  const seen: string[] = [];
  for (let rows = await services.patientSearch.page(actor, filter, sort, undefined, SIZE); ;) {
    const shown = rows.slice(0, SIZE);
    seen.push(...shown.map(({ id }) => id));
    const last = shown.at(-1);
    if (rows.length <= SIZE || !last) return seen;
    const value = sort.field === 'BIRTH_DATE' ? last.birthDate : last.createdAt;
    rows = await services.patientSearch.page(actor, filter, sort, { id: last.id, value }, SIZE);
  }
}

test('each condition, and several at once, find what going through all patients finds', async () => {
  const from = new Date('2026-01-01T00:00:02.000Z');
  const to = new Date('2026-01-01T00:00:06.000Z');
  const [first] = all;
  const cases: [PatientFilter, (patient: Patient) => boolean][] = [
    [{}, () => true],
    [{ name: ' 张 三' }, ({ name }) => name === '张三'],
    [{ phone: '139-0000-0011' }, ({ phone }) => phone === '+8613900000011'],
    [
      { sex: Sex.MALE, status: PatientStatus.ACTIVE },
      ({ sex, status }) => sex === Sex.MALE && status === PatientStatus.ACTIVE,
    ],
    [
      { accountId: first?.accountId, relation: PatientRelation.CHILD },
      (each) => each.accountId === first?.accountId && each.relation === PatientRelation.CHILD,
    ],
    [
      { birthDateFrom: '1951-01-01', birthDateTo: '1953-04-11' },
      ({ birthDate }) => birthDate >= '1951-01-01' && birthDate <= '1953-04-11',
    ],
    [
      { createdFrom: from, createdTo: to, name: '李四' },
      ({ createdAt, name }) => createdAt >= from && createdAt < to && name === '李四',
    ],
  ];
  for (const [filter, keep] of cases) {
    // Every order once, and then each condition in one of them.
    for (const sort of filter.sex || Object.keys(filter).length === 0 ? sorts : sorts.slice(-1)) {
      const right = expected(keep, sort);
      expect(right.length).toBeGreaterThan(0);
      expect(await searched(filter, sort)).toEqual(right);
    }
  }
});

test('rows of an earlier release are found once they were gone through, also by two at once', async () => {
  const { admin, schema, patients } = services;
  await admin.query(
    `UPDATE \`${schema}\`.patient SET name_index = NULL, phone_index = NULL WHERE name_index IS NOT NULL`,
  );
  const [sort] = sorts;
  if (!sort) throw new Error('no order');
  expect(await searched({ name: '李四' }, sort)).toEqual([]);
  const counts = await Promise.all([patients.indexOld(), patients.indexOld()]);
  expect(counts[0] + counts[1]).toBe(COUNT);
  expect(await searched({ name: '李四' }, sort)).toEqual(expected(({ name }) => name === '李四', sort));
  expect(await patients.indexOld()).toBe(0);
});
