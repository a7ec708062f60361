import { manyId, placeOfDoctor, START, STEP_MS } from '../../testkit/many-accounts.ts';
import { AccountStatus } from '../../../subgraphs/users/account/account.entity.ts';
import type { AccountFilter, AccountSort } from '../../../subgraphs/users/search/search.inputs.ts';
import type { Place } from '../../../subgraphs/users/search/search-sql.ts';
import { LicenceStatus } from '../../../subgraphs/users/staff/licence.entity.ts';
import { StaffTitle } from '../../../subgraphs/users/staff/staff-title.ts';

/** What an administrator looks for, with the statement that somebody would write for just that. */
export interface Search {
  readonly name: string;
  readonly filter: AccountFilter;
  readonly sort: AccountSort;
  readonly after?: Place;
  readonly sql: string;
  readonly values: readonly unknown[];
}

export const PAGE = 20;

const COLUMNS = 'a.id, a.display_name, a.status, a.city, a.created_at, a.last_login_at';
const NEWEST = `ORDER BY a.created_at DESC, a.id DESC LIMIT ${PAGE + 1}`;
const LATEST = `ORDER BY a.last_login_at DESC, a.id DESC LIMIT ${PAGE + 1}`;
const newest: AccountSort = { field: 'REGISTERED_AT', direction: 'DESC' };
const latest: AccountSort = { field: 'LAST_LOGIN_AT', direction: 'DESC' };
const HELD = '(g.expires_at IS NULL OR g.expires_at > NOW(3))';
const PROVINCES = ['11', '31', '33', '44'];
const FAMILIES = ['张', '王', '李', '赵'];

const momentOf = (n: number) => new Date(START.getTime() + n * STEP_MS);
const pick = <T>(list: readonly T[], n: number) => list[n % list.length] as T;

export interface Known {
  /** Number of an account, with its phone and its blind index. */
  readonly n: number;
  readonly phone: string;
  readonly phoneIndex: string;
  readonly identityNumber: string;
  readonly identityIndex: string;
}

/** One search of each kind, with other values for each `turn`. @param known accounts of which the numbers are known */
export function searchesOf(turn: number, count: number, known: readonly Known[]): Search[] {
  const account = pick(known, turn);
  const day = momentOf((turn * 7919) % count);
  const nextDay = new Date(day.getTime() + 86_400_000);
  const doctor = ((turn * 50) % count) - ((turn * 50) % 50);
  const { institutionId, departmentId } = placeOfDoctor(doctor);
  const far = (turn * 104_729) % count;
  const name = `${pick(FAMILIES, turn)}${String((turn * 31) % 1000).padStart(4, '0')}`;
  const city = `${pick(PROVINCES, turn)}010${1 + (turn % 9)}`;
  return [
    {
      name: 'phone',
      filter: { phone: account.phone },
      sort: newest,
      sql: `SELECT ${COLUMNS} FROM identity i JOIN account a ON a.id = i.account_id WHERE i.kind = 'SMS' AND i.subject_index = ?`,
      values: [account.phoneIndex],
    },
    {
      name: 'identity number',
      filter: { identityNumber: account.identityNumber, status: AccountStatus.ACTIVE },
      sort: newest,
      sql: `SELECT DISTINCT ${COLUMNS} FROM patient p JOIN account a ON a.id = p.account_id
        WHERE p.identity_index = ? AND a.status = 'ACTIVE' ${NEWEST}`,
      values: [account.identityIndex],
    },
    {
      name: 'rare role',
      filter: { role: 'ANALYST' },
      sort: newest,
      sql: `SELECT DISTINCT ${COLUMNS} FROM role_grant g JOIN account a ON a.id = g.account_id
        WHERE g.role = 'ANALYST' AND ${HELD} ${NEWEST}`,
      values: [],
    },
    {
      name: 'state and common role by login',
      filter: { role: 'PATIENT', status: AccountStatus.ACTIVE, lastLoginTo: nextDay },
      sort: latest,
      sql: `SELECT ${COLUMNS} FROM account a FORCE INDEX (account_status_logged_in) WHERE a.status = 'ACTIVE' AND a.last_login_at < ?
        AND (SELECT 1 FROM role_grant g WHERE g.account_id = a.id AND g.role = 'PATIENT' AND ${HELD} LIMIT 1) = 1 ${LATEST}`,
      values: [nextDay],
    },
    {
      name: 'department and title',
      filter: { departmentId, title: StaffTitle.ATTENDING },
      sort: newest,
      sql: `SELECT DISTINCT ${COLUMNS} FROM staff_licence l JOIN account a ON a.id = l.account_id
        WHERE l.department_id = ? AND l.title = 'ATTENDING' ${NEWEST}`,
      values: [departmentId],
    },
    {
      name: 'hospital and licence',
      filter: { institutionId, licenceStatus: LicenceStatus.SUSPENDED },
      sort: newest,
      sql: `SELECT DISTINCT ${COLUMNS} FROM staff_licence l JOIN account a ON a.id = l.account_id
        WHERE l.institution_id = ? AND l.status = 'SUSPENDED' ${NEWEST}`,
      values: [institutionId],
    },
    {
      name: 'name',
      filter: { name },
      sort: newest,
      sql: `SELECT ${COLUMNS} FROM account a WHERE a.display_name LIKE ? ${NEWEST}`,
      values: [`${name}%`],
    },
    {
      name: 'city, registered on a day',
      filter: { city, registeredFrom: day, registeredTo: nextDay },
      sort: newest,
      sql: `SELECT ${COLUMNS} FROM account a FORCE INDEX (account_registered)
        WHERE a.city = ? AND a.created_at >= ? AND a.created_at < ? ${NEWEST}`,
      values: [city, day, nextDay],
    },
    {
      name: 'a page far behind',
      filter: {},
      sort: newest,
      after: { id: manyId('acc', far), value: momentOf(far) },
      sql: `SELECT ${COLUMNS} FROM account a WHERE a.created_at < ? OR (a.created_at = ? AND a.id < ?) ${NEWEST}`,
      values: [momentOf(far), momentOf(far), manyId('acc', far)],
    },
  ];
}
