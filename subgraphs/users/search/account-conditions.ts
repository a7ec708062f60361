import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import { placeOfDepartment } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import { areaPrefix, parseAreaCode } from '../account/area-code.ts';
import { IdentityKind } from '../login/identity.entity.ts';
import { parseIdentityNumber } from '../patient/identity-number.ts';
import { LicenceStatus } from '../staff/licence.entity.ts';
import type { Reach } from './account-reach.ts';
import type { AccountFilter, AccountSort } from './search.inputs.ts';
import { beginningWith, type Condition, joined, type Order, type Sql, sqlOf } from './search-sql.ts';

export interface AccountIndexes {
  readonly phones: BlindIndex;
  readonly identityNumbers: BlindIndex;
}

interface Day {
  readonly now: Date;
  /** The business day. */
  readonly today: string;
}

const LONGEST = 64;

/**
 * The conditions of a search for accounts that no order of a list takes in, those that the fewest meet first.
 * @throws AppError VALIDATION_FAILED, BAD_PHONE, BAD_IDENTITY_NUMBER, BAD_ID
 */
export function accountConditions(
  filter: AccountFilter,
  { field }: AccountSort,
  reach: Reach,
  { phones, identityNumbers }: AccountIndexes,
  { now, today }: Day,
): Condition[] {
  const { phone, identityNumber, role, name, city } = filter;
  const found: Condition[] = [];
  if (phone != null) {
    const indexes = phones.candidates(normalisePhone(phone));
    const where = sqlOf('i.kind = ? AND i.subject_index IN (?)', IdentityKind.SMS, indexes);
    found.push({ ...elsewhere('identity i', 'i.account_id', where), isExact: true });
  }
  if (identityNumber != null) {
    const { number } = parseIdentityNumber(identityNumber, today);
    const where = sqlOf('p.identity_index IN (?)', identityNumbers.candidates(number));
    found.push({ ...elsewhere('patient p', 'p.account_id', where), isExact: true });
  }
  const licence = licenceWhere(filter, reach, today);
  if (licence) {
    const key = JSON.stringify(['licence', licence.sql, licence.values]);
    // No place has more staff than can be gone through.
    const isExact = reach !== 'EVERYWHERE' || filter.institutionId != null || filter.departmentId != null;
    found.push({ ...elsewhere('staff_licence l', 'l.account_id', licence), key, isExact });
  }
  if (role != null) {
    if (!/^\w{1,64}$/.test(role)) {
      throw new AppError('VALIDATION_FAILED', { field: 'filter.role', reason: 'A–Z, 0–9, _' });
    }
    const where = sqlOf('g.role = ? AND (g.expires_at IS NULL OR g.expires_at > ?)', role, now);
    found.push({ ...elsewhere('role_grant g', 'g.account_id', where), key: `role ${role}` });
  }
  if (name != null) {
    const text = name.normalize('NFC').trim();
    if (text === '' || text.length > LONGEST) {
      throw new AppError('VALIDATION_FAILED', { field: 'filter.name', reason: `1 – ${LONGEST}` });
    }
    const where = sqlOf('t.display_name LIKE ?', beginningWith(text));
    found.push({ ...here('account_name', where), key: `name ${text}` });
  }
  if (city != null) {
    const prefix = areaPrefix(parseAreaCode(city, 'filter.city'));
    const where = sqlOf('t.city LIKE ?', beginningWith(prefix));
    found.push({ ...here('account_city', where), key: `city ${prefix}` });
  }
  const registered = registeredIn(filter);
  if (field !== 'REGISTERED_AT' && registered) found.push(here('account_registered', registered));
  const loggedIn = loggedInIn(filter);
  if (field !== 'LAST_LOGIN_AT' && loggedIn) found.push(here('account_logged_in', loggedIn));
  return found;
}

/** The order of a search for accounts, with what of its conditions the index of that order takes in. */
export function accountOrder(filter: AccountFilter, { field, direction }: AccountSort): Order {
  const isByLogin = field === 'LAST_LOGIN_AT';
  const range = isByLogin ? loggedInIn(filter) : registeredIn(filter);
  const { status } = filter;
  return {
    column: isByLogin ? 'last_login_at' : 'created_at',
    isNullable: isByLogin,
    direction,
    index: `account_${status == null ? '' : 'status_'}${isByLogin ? 'logged_in' : 'registered'}`,
    within: [...(status == null ? [] : [sqlOf('t.status = ?', status)]), ...(range ? [range] : [])],
  };
}

/** Of a column of the account itself. */
function here(index: string, where: Sql): Condition {
  const ids = { ...where, sql: `SELECT t.id FROM account t FORCE INDEX (${index}) WHERE ${where.sql}` };
  return { test: where, ids };
}

/** Of rows of another table. */
function elsewhere(table: string, accountId: string, where: Sql): Condition {
  return {
    // No EXISTS: the engines may turn that into a table of all who meet it.
    test: {
      ...where,
      sql: `(SELECT 1 FROM ${table} WHERE ${accountId} = t.id AND ${where.sql} LIMIT 1) IS NOT NULL`,
    },
    ids: { ...where, sql: `SELECT ${accountId} AS id FROM ${table} WHERE ${where.sql}` },
  };
}

/** What one and the same licence must be, which is in reach of who searches. */
function licenceWhere(filter: AccountFilter, reach: Reach, today: string): Sql | undefined {
  const { institutionId, departmentId, title, licenceStatus, licenceKind } = filter;
  const parts: Sql[] = [];
  if (institutionId != null) {
    const type = institutionId.startsWith('pha_') ? 'pha' : 'hos';
    parts.push(sqlOf('l.institution_id = ?', parseId(type, institutionId)));
  }
  if (departmentId != null) parts.push(sqlOf('l.department_id = ?', parseId('dep', departmentId)));
  if (title != null) parts.push(sqlOf('l.title = ?', title));
  if (licenceKind != null) parts.push(sqlOf('l.kind = ?', licenceKind));
  if (licenceStatus != null) parts.push(statusOn(licenceStatus, today));
  if (reach !== 'EVERYWHERE') {
    const { institutionIds, departments } = reach;
    const places = [
      ...(institutionIds.length > 0 ? [sqlOf('l.institution_id IN (?)', institutionIds)] : []),
      ...departments.map(placeOfDepartment).map((place) => {
        const both = [place.hospitalId, place.departmentId] as const;
        return sqlOf('l.institution_id = ? AND l.department_id = ?', ...both);
      }),
    ];
    const either = joined(places, ' OR ');
    parts.push({ ...either, sql: `(${either.sql || '1 = 0'})` });
  }
  return parts.length === 0 ? undefined : joined(parts, ' AND ');
}

/** Past its last day an approved licence is expired, whoever has noticed. */
function statusOn(status: LicenceStatus, today: string): Sql {
  if (status === LicenceStatus.APPROVED) {
    return sqlOf("l.status = 'APPROVED' AND (l.valid_until IS NULL OR l.valid_until >= ?)", today);
  }
  if (status === LicenceStatus.EXPIRED) {
    return sqlOf("(l.status = 'EXPIRED' OR (l.status = 'APPROVED' AND l.valid_until < ?))", today);
  }
  return sqlOf('l.status = ?', status);
}

function registeredIn({ registeredFrom, registeredTo }: AccountFilter): Sql | undefined {
  return rangeOf('t.created_at', registeredFrom, registeredTo);
}

function loggedInIn({ lastLoginFrom, lastLoginTo }: AccountFilter): Sql | undefined {
  return rangeOf('t.last_login_at', lastLoginFrom, lastLoginTo);
}

/** From a moment, which is included, to one that is not. */
export function rangeOf(column: string, from?: Date | null, to?: Date | null): Sql | undefined {
  const parts = [
    ...(from ? [sqlOf(`${column} >= ?`, from)] : []),
    ...(to ? [sqlOf(`${column} < ?`, to)] : []),
  ];
  return parts.length === 0 ? undefined : joined(parts, ' AND ');
}
