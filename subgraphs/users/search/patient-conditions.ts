import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { normalisePhone } from '../../../shared/phone/phone.ts';
import { parseIdentityNumber } from '../patient/identity-number.ts';
import { nameKey } from '../patient/name-key.ts';
import { rangeOf } from './account-conditions.ts';
import type { PatientFilter, PatientSort } from './search.inputs.ts';
import { type Condition, joined, type Order, type Sql, sqlOf } from './search-sql.ts';

export interface PatientIndexes {
  readonly names: BlindIndex;
  readonly phones: BlindIndex;
  readonly identityNumbers: BlindIndex;
}

const LONGEST = 64;

/**
 * The conditions of a search for patients that no order of a list takes in, those that the fewest meet first.
 * @throws AppError VALIDATION_FAILED, BAD_PHONE, BAD_IDENTITY_NUMBER, BAD_ID
 */
export function patientConditions(
  filter: PatientFilter,
  { field }: PatientSort,
  { names, phones, identityNumbers }: PatientIndexes,
  today: string,
): Condition[] {
  const { identityNumber, phone, accountId, name, sex, relation } = filter;
  const found: Condition[] = [];
  if (identityNumber != null) {
    const { number } = parseIdentityNumber(identityNumber, today);
    const where = sqlOf('t.identity_index IN (?)', identityNumbers.candidates(number));
    found.push(exact('patient_person', where));
  }
  if (phone != null) {
    const where = sqlOf('t.phone_index IN (?)', phones.candidates(normalisePhone(phone)));
    found.push(exact('patient_phone', where));
  }
  if (accountId != null) {
    found.push(exact('patient_of', sqlOf('t.account_id = ?', parseId('acc', accountId))));
  }
  if (name != null) {
    const key = nameKey(name);
    if (key === '' || key.length > LONGEST) {
      throw new AppError('VALIDATION_FAILED', { field: 'filter.name', reason: `1 – ${LONGEST}` });
    }
    found.push(exact('patient_name', sqlOf('t.name_index IN (?)', names.candidates(key))));
  }
  if (sex != null) found.push({ test: sqlOf('t.sex = ?', sex) });
  if (relation != null) found.push({ test: sqlOf('t.relation = ?', relation) });
  const born = bornIn(filter);
  if (field !== 'BIRTH_DATE' && born) found.push(ranged('patient_born', born));
  const added = addedIn(filter);
  if (field !== 'ADDED_AT' && added) found.push(ranged('patient_added', added));
  return found;
}

/** The order of a search for patients, with what of its conditions the index of that order takes in. */
export function patientOrder(filter: PatientFilter, { field, direction }: PatientSort): Order {
  const isByBirth = field === 'BIRTH_DATE';
  const range = isByBirth ? bornIn(filter) : addedIn(filter);
  const { status } = filter;
  return {
    column: isByBirth ? 'birth_date' : 'created_at',
    isNullable: false,
    direction,
    index: `patient_${status == null ? '' : 'status_'}${isByBirth ? 'born' : 'added'}`,
    within: [...(status == null ? [] : [sqlOf('t.status = ?', status)]), ...(range ? [range] : [])],
  };
}

function exact(index: string, where: Sql): Condition {
  return { ...ranged(index, where), isExact: true };
}

function ranged(index: string, where: Sql): Condition {
  return {
    test: where,
    ids: { ...where, sql: `SELECT t.id FROM patient t FORCE INDEX (${index}) WHERE ${where.sql}` },
  };
}

function addedIn({ createdFrom, createdTo }: PatientFilter): Sql | undefined {
  return rangeOf('t.created_at', createdFrom, createdTo);
}

/** Both days are included. */
function bornIn({ birthDateFrom, birthDateTo }: PatientFilter): Sql | undefined {
  const parts = [
    ...(birthDateFrom == null ? [] : [sqlOf('t.birth_date >= ?', birthDateFrom)]),
    ...(birthDateTo == null ? [] : [sqlOf('t.birth_date <= ?', birthDateTo)]),
  ];
  return parts.length === 0 ? undefined : joined(parts, ' AND ');
}
