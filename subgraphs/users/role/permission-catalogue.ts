import type { Scope } from '../../../shared/context/actor.ts';

interface PermissionEntry {
  readonly en: string;
  readonly zh: string;
  /** For which kinds of place a rule or a service asks for it; a grant for another kind would never have an effect. */
  readonly scopes: readonly Scope[];
}

const PLATFORM = ['PLATFORM'] as const;
const EVERYWHERE = ['PLATFORM', 'HOSPITAL', 'DEPARTMENT', 'PHARMACY'] as const;
const OF_PHARMACIES = ['PLATFORM', 'PHARMACY'] as const;
const OF_HOSPITALS = ['PLATFORM', 'HOSPITAL'] as const;
/** A licence is registered for one institution, so what needs one is never for the whole platform. */
const DOCTORS = ['HOSPITAL', 'DEPARTMENT'] as const;
const PHARMACISTS = ['PHARMACY'] as const;

/** Every permission that a rule or a service of any subgraph asks for; roles hold these and no others. */
export const permissionCatalogue = {
  'account.read': {
    en: 'See the accounts of others and their roles',
    zh: '查看账号及其角色',
    scopes: EVERYWHERE,
  },
  'account.suspend': { en: 'Suspend accounts and reinstate them', zh: '停用和恢复账号', scopes: PLATFORM },
  'audit.read': { en: 'Read the audit', zh: '查看审计记录', scopes: PLATFORM },
  'auditor.appoint': { en: 'Appoint auditors', zh: '任命审计员', scopes: PLATFORM },
  'consent.publish': { en: 'Publish the texts of consent', zh: '发布知情同意文本', scopes: PLATFORM },
  'hospital.manage': { en: 'Manage hospitals and departments', zh: '管理医院和科室', scopes: OF_HOSPITALS },
  'order.read': { en: 'See the orders of a pharmacy', zh: '查看药房订单', scopes: OF_PHARMACIES },
  'patient.search': { en: 'Search the patients of all accounts', zh: '检索就诊人', scopes: PLATFORM },
  'pii.read': { en: 'See names and numbers of persons in full', zh: '查看完整个人信息', scopes: EVERYWHERE },
  'prescription.dispense': { en: 'Hand out medicine', zh: '调配发药', scopes: PHARMACISTS },
  'prescription.review': { en: 'Review prescriptions', zh: '审核处方', scopes: PHARMACISTS },
  'prescription.write': { en: 'Prescribe', zh: '开具处方', scopes: DOCTORS },
  'queue.call': { en: 'Call patients from the queue', zh: '叫号接诊', scopes: DOCTORS },
  'record.write': { en: 'Write and sign medical records', zh: '书写和签署病历', scopes: DOCTORS },
  'role.manage': { en: 'Manage roles and grant them', zh: '管理和授予角色', scopes: EVERYWHERE },
  'schedule.publish': { en: 'Publish schedules', zh: '发布排班', scopes: DOCTORS },
  'second_factor.reset': {
    en: 'Take away the second factor of others',
    zh: '重置他人的二次验证',
    scopes: PLATFORM,
  },
  'session.revoke': { en: 'End the logins of others', zh: '结束他人的登录', scopes: PLATFORM },
  'staff.license': {
    en: 'Review the licences of doctors and pharmacists',
    zh: '审核医师和药师执业资格',
    scopes: ['PLATFORM', 'HOSPITAL', 'PHARMACY'],
  },
  'stats.read': { en: 'Read statistics', zh: '查看统计', scopes: OF_HOSPITALS },
  'stock.manage': { en: 'Change the stock of a pharmacy', zh: '管理药房库存', scopes: OF_PHARMACIES },
  'stock.read': { en: 'See the stock of a pharmacy', zh: '查看药房库存', scopes: OF_PHARMACIES },
} as const satisfies Record<string, PermissionEntry>;

export type PermissionName = keyof typeof permissionCatalogue;

export function isPermission(text: string): text is PermissionName {
  return Object.hasOwn(permissionCatalogue, text);
}

/** Whether a permission has an effect at places of a kind. */
export function isUsableIn(permission: string, scope: Scope): boolean {
  if (!isPermission(permission)) return false;
  const { scopes }: PermissionEntry = permissionCatalogue[permission];
  return scopes.includes(scope);
}
