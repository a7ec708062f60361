import { type EntityManager, IsNull, Not } from 'typeorm';
import type { DataSubject } from '../../../shared/privacy/personal-source.ts';
import { storeKeyOf } from '../../../shared/storage/encrypted-files.ts';
import { LICENCE_FOLDER } from '../staff/licence-document-files.service.ts';
import { LicenceDocument } from '../staff/licence-document.entity.ts';
import { DataExport } from './data-export.entity.ts';
import { exportFileKeys } from './export-files.ts';
import { ERASED_NAME, type Erasing, OF_ACCOUNT, OF_PATIENTS, type UsersSource } from './users-source.ts';

const OF_IDENTITIES = `identity_id IN (SELECT id FROM identity WHERE ${OF_ACCOUNT})`;
const OF_SESSIONS = `session_id IN (SELECT id FROM session WHERE ${OF_ACCOUNT})`;

/** Accounts, how people log in, and the people for whom they speak; what points at other rows comes before them. */
export const accountSources: readonly UsersSource[] = [
  {
    name: 'patientShares',
    about: 'Patients shared with others, or by others. 就诊人共享',
    table: 'patient_share',
    where: `from_account_id = :account OR to_account_id = :account OR ${OF_PATIENTS}`,
    hidden: ['to_index'],
    erase: 'delete',
  },
  {
    name: 'patientTransfers',
    about: 'Patients handed over. 就诊人移交',
    table: 'patient_transfer',
    where: `from_account_id = :account OR to_account_id = :account OR ${OF_PATIENTS}`,
    hidden: ['to_index'],
    erase: 'delete',
  },
  {
    name: 'patientVersions',
    about: 'What patients were before they were changed. 就诊人历史信息',
    table: 'patient_version',
    where: OF_PATIENTS,
    erase: 'delete',
  },
  {
    name: 'patients',
    about: 'The people who are treated. 就诊人',
    table: 'patient',
    where: `${OF_ACCOUNT} OR id IN :patients`,
    hidden: ['identity_index', 'name_index', 'phone_index', 'self_of'],
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
    erase: forgetTerminals,
  },
  {
    name: 'openids',
    about: 'How WeChat names the owner in each app. 微信标识',
    table: 'wechat_openid',
    where: OF_IDENTITIES,
    hidden: ['openid_index'],
    erase: 'delete',
  },
  {
    name: 'loginStates',
    about:
      'Links to other parties that were begun and not ended; they last ten minutes, and are swept away a day later.',
    table: 'login_state',
    where: OF_ACCOUNT,
    isHidden: true,
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
    name: 'secondFactors',
    about: 'The second factor.',
    table: 'second_factor',
    where: OF_ACCOUNT,
    isHidden: true,
    erase: 'delete',
  },
  {
    name: 'recoveryCodes',
    about: 'Hashes of recovery codes.',
    table: 'recovery_code',
    where: OF_ACCOUNT,
    isHidden: true,
    erase: 'delete',
  },
  {
    name: 'consents',
    about: 'Consents. 同意记录',
    table: 'consent',
    where: OF_ACCOUNT,
    erase: 'keep',
    why: 'that and when somebody consented has to be shown; it names identifiers alone',
  },
  {
    name: 'licenceDocuments',
    about: 'Documents of applications to practise. 执业证明材料',
    table: 'licence_document',
    where: OF_ACCOUNT,
    hidden: ['stored_as', 'file_key'],
    filesOf: licenceFiles,
    erase: 'delete',
  },
  {
    name: 'licences',
    about: 'Applications to practise. 执业资格申请',
    table: 'staff_licence',
    where: OF_ACCOUNT,
    hidden: ['licence_index'],
    erase: 'delete',
  },
  {
    name: 'pharmacists',
    about: 'Public profile of a pharmacist. 药师资料',
    table: 'pharmacist',
    where: OF_ACCOUNT,
    erase: 'keep',
    why: 'who has reviewed a prescription must stay known; an account that practises is not erased',
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
    filesOf: exportFiles,
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

/**
 * Medical records, which the law keeps (15 years and more), carry the person in their own signed text; to read them
 * rightly sex and year of birth are enough here.
 */
async function anonymisePatients({ tx: { manager }, cipher, patientIds }: Erasing): Promise<void> {
  for (const id of patientIds) {
    const name = cipher.encrypt(ERASED_NAME, { table: 'patient', column: 'name', rowId: id });
    await manager.query(
      `UPDATE patient SET name = ?, birth_date = CONCAT(LEFT(birth_date, 4), '-01-01'), identity_number = NULL,
         identity_index = NULL, phone = NULL, name_index = NULL, phone_index = NULL, self_of = NULL,
         status = 'REMOVED', version = version + 1
       WHERE id = ?`,
      [name, id],
    );
  }
}

/** The rows stay for some time, since routers are told by them which tokens have ended; then they are purged. */
async function forgetTerminals({ tx: { manager }, accountId }: Erasing): Promise<void> {
  await manager.query("UPDATE session SET ip = NULL, device_name = '' WHERE account_id = ?", [accountId]);
}

async function licenceFiles(manager: EntityManager, { accountId }: DataSubject): Promise<string[]> {
  const rows = await manager.findBy(LicenceDocument, { accountId, sha256: Not(IsNull()) });
  return rows.map((row) => storeKeyOf(LICENCE_FOLDER, row));
}

async function exportFiles(manager: EntityManager, { accountId }: DataSubject): Promise<string[]> {
  const rows = await manager.findBy(DataExport, { accountId });
  return rows.flatMap(({ id }) => exportFileKeys(id));
}
