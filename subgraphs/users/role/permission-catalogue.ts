interface PermissionText {
  readonly en: string;
  readonly zh: string;
}

/** Every permission that a rule or a service of any subgraph asks for; roles hold these and no others. */
export const permissionCatalogue = {
  'account.read': { en: 'See the accounts of others and their roles', zh: '查看账号及其角色' },
  'account.suspend': { en: 'Suspend accounts and reinstate them', zh: '停用和恢复账号' },
  'audit.read': { en: 'Read the audit', zh: '查看审计记录' },
  'auditor.appoint': { en: 'Appoint auditors', zh: '任命审计员' },
  'consent.publish': { en: 'Publish the texts of consent', zh: '发布知情同意文本' },
  'hospital.manage': { en: 'Manage hospitals and departments', zh: '管理医院和科室' },
  'order.read': { en: 'See the orders of a pharmacy', zh: '查看药房订单' },
  'patient.search': { en: 'Search the patients of all accounts', zh: '检索就诊人' },
  'pii.read': { en: 'See names and numbers of persons in full', zh: '查看完整个人信息' },
  'prescription.dispense': { en: 'Hand out medicine', zh: '调配发药' },
  'prescription.review': { en: 'Review prescriptions', zh: '审核处方' },
  'prescription.write': { en: 'Prescribe', zh: '开具处方' },
  'queue.call': { en: 'Call patients from the queue', zh: '叫号接诊' },
  'record.write': { en: 'Write and sign medical records', zh: '书写和签署病历' },
  'role.manage': { en: 'Manage roles and grant them', zh: '管理和授予角色' },
  'schedule.publish': { en: 'Publish schedules', zh: '发布排班' },
  'second_factor.reset': { en: 'Take away the second factor of others', zh: '重置他人的二次验证' },
  'session.revoke': { en: 'End the logins of others', zh: '结束他人的登录' },
  'staff.license': { en: 'Review the licences of doctors and pharmacists', zh: '审核医师和药师执业资格' },
  'stats.read': { en: 'Read statistics', zh: '查看统计' },
  'stock.manage': { en: 'Change the stock of a pharmacy', zh: '管理药房库存' },
  'stock.read': { en: 'See the stock of a pharmacy', zh: '查看药房库存' },
} as const satisfies Record<string, PermissionText>;

export type PermissionName = keyof typeof permissionCatalogue;

export function isPermission(text: string): text is PermissionName {
  return Object.hasOwn(permissionCatalogue, text);
}
