import type { Connection } from 'mysql2/promise';

const DIGITS = `(${Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS d`).join(' UNION ALL ')})`;
/** What one statement puts in: short enough for the log of the engine. */
const CHUNK = 100_000;
const FAMILIES = ['张', '王', '李', '赵', '陈', '杨', '吴', '刘', '黄', '周', '徐'];
const PROVINCES = ['11', '12', '31', '32', '33', '35', '37', '41', '42', '43', '44', '50', '51'];

export const START = new Date('2024-01-01T00:00:00.000Z');
/** How long after the one before an account is registered, ms. */
export const STEP_MS = 7000;

export const manyId = (type: string, n: number) => `${type}_01${String(n).padStart(24, '0')}`;
const idOf = (type: string, n: string) => `CONCAT('${type}_01', LPAD(${n}, 24, '0'))`;

/** The places and ranks of the doctor with this number among the accounts. */
export const placeOfDoctor = (n: number) => ({
  institutionId: manyId('hos', (n / 50) % 100),
  departmentId: manyId('dep', (n / 50) % 1000),
});

const doctor = 'n / 50';
const registered = `'2024-01-01' + INTERVAL n * ${STEP_MS / 1000} SECOND`;
const elt = (n: string, words: readonly string[]) =>
  `ELT(1 + MOD(${n}, ${words.length}), ${words.map((word) => `'${word}'`).join(', ')})`;

/**
 * What a platform of many accounts holds, made up by the engine itself: everybody is a patient, one of fifty a doctor
 * with a licence, one of two hundred a pharmacist, one of five has a patient, one of a hundred is suspended, one of
 * five has never logged in.
 */
const TABLES: readonly { readonly insert: string; readonly values: string; readonly when: string }[] = [
  {
    insert: 'account (id, display_name, created_at, last_login_at, status, city)',
    values: `${idOf('acc', 'n')}, CONCAT(${elt('n', FAMILIES)}, LPAD(MOD(n * 7919, 1000003), 7, '0')), ${registered},
      IF(MOD(n, 5) = 4, NULL, ${registered} + INTERVAL MOD(n * 6007, 400000) MINUTE),
      IF(MOD(n, 100) = 3, 'SUSPENDED', 'ACTIVE'),
      CONCAT(${elt('n DIV 3', PROVINCES)}, '01', LPAD(1 + MOD(n, 9), 2, '0'))`,
    when: '1 = 1',
  },
  {
    insert: 'identity (id, account_id, kind, subject_index, subject, created_at)',
    values: `${idOf('idt', 'n')}, ${idOf('acc', 'n')}, 'SMS', SHA2(CONCAT('phone ', n), 256), '', ${registered}`,
    when: '1 = 1',
  },
  ...(
    [
      ['0', 'PATIENT', '1 = 1'],
      ['1', 'DOCTOR', 'MOD(n, 50) = 0'],
      ['2', 'PHARMACIST', 'MOD(n, 200) = 1'],
      ['3', 'ANALYST', 'MOD(n, 5000) = 2'],
    ] as const
  ).map(([digit, role, when]) => ({
    insert: 'role_grant (id, account_id, role, scope, scope_id, granted_by, granted_at)',
    values: `${idOf('grt', `CONCAT('${digit}', LPAD(n, 12, '0'))`)}, ${idOf('acc', 'n')}, '${role}', 'PLATFORM', '', '', ${registered}`,
    when,
  })),
  {
    insert: `staff_licence (id, account_id, kind, status, version, name, licence_number, qualification_number, title,
      institution_id, department_id, specialties, valid_until, submitted_at)`,
    values: `${idOf('lic', 'n')}, ${idOf('acc', 'n')}, 'DOCTOR',
      ${elt(doctor, ['APPROVED', 'APPROVED', 'APPROVED', 'SUBMITTED', 'SUSPENDED', 'EXPIRED', 'APPROVED'])}, 1, '', '', '',
      ${elt(doctor, ['RESIDENT', 'ATTENDING', 'ATTENDING', 'ASSOCIATE_CHIEF', 'CHIEF'])},
      ${idOf('hos', `MOD(${doctor} DIV 1, 100)`)}, ${idOf('dep', `MOD(${doctor} DIV 1, 1000)`)}, '', NULL, ${registered}`,
    when: 'MOD(n, 50) = 0',
  },
  {
    insert: `patient (id, account_id, self_of, relation, name, sex, birth_date, identity_index, archive_version, created_at,
      name_index, phone_index)`,
    values: `${idOf('pat', 'n')}, ${idOf('acc', 'n')}, ${idOf('acc', 'n')}, 'SELF', '', ${elt('n DIV 5', ['MALE', 'FEMALE'])},
      '1950-01-01' + INTERVAL MOD(n * 31, 25000) DAY, SHA2(CONCAT('identity ', n), 256), 1, ${registered},
      SHA2(CONCAT('name ', MOD(n, 3000)), 256), SHA2(CONCAT('phone ', n), 256)`,
    when: 'MOD(n, 5) = 0',
  },
];

/**
 * Puts so many accounts, with what belongs to them, into an empty schema of users, past its services.
 * @param connection of the administrator, whose session is changed: nothing of it goes to replicas
 */
export async function putAccounts(connection: Connection, schema: string, count: number): Promise<void> {
  await connection.query(`USE \`${schema}\``);
  await connection.query('SET sql_log_bin = 0, foreign_key_checks = 0, unique_checks = 0');
  const digits = String(CHUNK - 1).length;
  const number = Array.from({ length: digits }, (_, place) => `a${place}.d * ${10 ** place}`).join(' + ');
  const from = Array.from({ length: digits }, (_, place) => `${DIGITS} a${place}`).join(', ');
  for (let begin = 0; begin < count; begin += CHUNK) {
    const end = Math.min(count, begin + CHUNK);
    for (const { insert, values, when } of TABLES) {
      await connection.query(
        `INSERT INTO ${insert} SELECT ${values}
         FROM (SELECT ? + ${number} AS n FROM ${from}) AS numbers WHERE n < ? AND ${when} ORDER BY n`,
        [begin, end],
      );
    }
  }
  const tables = ['account', 'identity', 'role_grant', 'staff_licence', 'patient'];
  await connection.query(`ANALYZE TABLE ${tables.join(', ')}`);
}
