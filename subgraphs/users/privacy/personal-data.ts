import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { DataSubject, PersonalSource } from '../../../shared/privacy/personal-source.ts';
import { HealthArchive } from '../archive/archive.entity.ts';

export interface Erasing extends DataSubject {
  readonly tx: Tx;
  readonly cipher: FieldCipher;
  readonly now: Date;
}

/** A table of users that holds something of persons, with what becomes of it when the person has it erased. */
export interface UsersSource extends PersonalSource {
  /** Not in exports, since there is nothing in it to read. */
  readonly isHidden?: true;
  /**
   * `delete` takes the rows away, some at a time; `keep` leaves them, for the reason in `why`; a function changes them
   * in one transaction, and must be able to run again.
   */
  readonly erase: 'delete' | 'keep' | ((erasing: Erasing) => Promise<void>);
  readonly why?: string;
}

const OF_ACCOUNT = 'account_id = :account';
const OF_PATIENTS = 'patient_id IN :patients';
const OF_SESSIONS = `session_id IN (SELECT id FROM session WHERE ${OF_ACCOUNT})`;

/** What stands in the place of the name of somebody who is gone. */
export const ERASED_NAME = '已注销用户';

/**
 * Every table of users with data of persons, in the order in which they are erased: what points at other rows comes
 * before them. A test fails for a table that is neither here nor in {@link impersonal}.
 */
export const sources: readonly UsersSource[] = [
  {
    name: 'allergies',
    about: 'Allergies. 过敏史',
    table: 'allergy',
    where: OF_PATIENTS,
    erase: 'delete',
  },
  {
    name: 'conditions',
    about: 'Diseases. 既往病史',
    table: 'medical_condition',
    where: OF_PATIENTS,
    erase: 'delete',
  },
  {
    name: 'medications',
    about: 'Medicines that are taken. 正在用药',
    table: 'current_medication',
    where: OF_PATIENTS,
    erase: 'delete',
  },
  {
    name: 'healthArchives',
    about: 'Every version of the health archives. 健康档案',
    table: 'health_archive',
    where: OF_PATIENTS,
    erase: emptyArchives,
  },
  {
    name: 'patients',
    about: 'The people who are treated. 就诊人',
    table: 'patient',
    where: `${OF_ACCOUNT} OR id IN :patients`,
    hidden: ['identity_index', 'self_of'],
    erase: anonymisePatients,
  },
  {
    name: 'refreshTokens',
    about: 'Hashes of tokens that went to terminals.',
    table: 'refresh_token',
    where: OF_SESSIONS,
    isHidden: true,
    erase: 'delete',
  },
  {
    name: 'sessions',
    about: 'Logins. 登录会话',
    table: 'session',
    where: OF_ACCOUNT,
    erase: 'delete',
  },
  {
    name: 'identities',
    about: 'Ways to log in. 登录方式',
    table: 'identity',
    where: OF_ACCOUNT,
    hidden: ['subject_index'],
    erase: 'delete',
  },
  {
    name: 'grants',
    about: 'Roles. 角色',
    table: 'role_grant',
    where: OF_ACCOUNT,
    hidden: ['granted_by'],
    erase: 'delete',
  },
  {
    name: 'doctors',
    about: 'Public profile of a doctor. 医生资料',
    table: 'doctor',
    where: OF_ACCOUNT,
    erase: 'keep',
    why: 'who has signed a record must stay known; an account that practises is not erased',
  },
  {
    name: 'exports',
    about: 'Copies of personal data that were asked for. 个人信息副本',
    table: 'data_export',
    where: OF_ACCOUNT,
    hidden: ['document_key', 'attempts'],
    erase: 'delete',
  },
  {
    name: 'idempotencyKeys',
    about: 'Keys by which a repeated call is known.',
    table: 'idempotency_key',
    where: 'actor = :account',
    isHidden: true,
    erase: 'delete',
  },
  {
    name: 'erasures',
    about: 'Requests to erase the account. 注销申请',
    table: 'erasure_request',
    where: OF_ACCOUNT,
    hidden: ['open_for'],
    erase: 'keep',
    why: 'that and when somebody asked has to be shown; it names an identifier alone',
  },
  {
    name: 'accounts',
    about: 'The account. 账号',
    table: 'account',
    where: 'id = :account',
    erase: 'keep',
    why: 'its name is taken away when the erasure begins; records kept by law point at the row',
  },
];

/** Tables without data of persons, or not to be found by person, each with the reason. */
export const impersonal: Readonly<Record<string, string>> = {
  login_code: 'a fingerprint of a number; taken away with the identities when an erasure begins',
  role: 'names of roles',
  role_permission: 'what roles allow',
  outbox_event: 'facts with identifiers alone, kept for replay',
  outbox_counter: 'a number',
  event_cursor: 'numbers',
  audit_head: 'hashes',
  key_rotation: 'names of columns',
  schema_migration: 'names of migrations',
};

/** One version that says nothing: whoever may still see the patient finds an empty archive, not an error. */
async function emptyArchives({ tx: { manager }, patientIds, now }: Erasing): Promise<void> {
  for (const patientId of patientIds) {
    await manager.delete(HealthArchive, { patientId });
    await manager.insert(HealthArchive, HealthArchive.first(patientId, now));
    await manager.query('UPDATE patient SET archive_version = 1 WHERE id = ?', [patientId]);
  }
}

/**
 * Medical records, which the law keeps (15 years and more), carry the person in their own signed text; to read them
 * rightly sex and year of birth are enough here.
 */
async function anonymisePatients({ tx: { manager }, cipher, patientIds }: Erasing): Promise<void> {
  for (const id of patientIds) {
    const name = cipher.encrypt(ERASED_NAME, { table: 'patient', column: 'name', rowId: id });
    await manager.query(
      `UPDATE patient SET name = ?, birth_date = CONCAT(LEFT(birth_date, 4), '-01-01'), identity_number = NULL,
         identity_index = NULL, phone = NULL, self_of = NULL
       WHERE id = ?`,
      [name, id],
    );
  }
}
