import { again, type CatalogueEntry, once } from './catalogue-entry.ts';

/** Codes of accounts, logins, patients and what is kept of them. */
export const usersCatalogue = {
  // Of consent, and of patients that are shared or handed over.
  CONSENT_NEEDED: once(
    'Consent to version {version} of {purpose} is needed first.',
    '请先同意《{purpose}》第 {version} 版。',
  ),
  GUARDIAN_NEEDED: once(
    'Somebody under 14 is added by a guardian: as CHILD, or as OTHER with the declaration.',
    '未满 14 周岁者须由监护人添加：关系为子女，或声明监护人身份的其他关系。',
  ),
  PATIENT_REMOVED: once('This patient was removed from the account.', '该就诊人已移除。'),
  PATIENT_HAS_APPOINTMENTS: once(
    'The patient has {count} appointments that are not over.',
    '该就诊人有 {count} 个未完成的预约。',
  ),
  SELF_NOT_TRANSFERABLE: once(
    'Nobody hands over the patient who is the owner of the account.',
    '本人不能转移给他人。',
  ),
  INVITATION_OVER: once('This offer is over or was answered already.', '该邀请已失效或已处理。'),
  // Of the second factor.
  SECOND_FACTOR_NEEDED: once('Give the code of your authenticator app first.', '请先完成二次验证。'),
  SECOND_FACTOR_WRONG: once('The code is wrong or was used before.', '二次验证码错误或已使用。'),
  SECOND_FACTOR_LOCKED: once(
    'Too many wrong codes; wait {minutes} minutes.',
    '二次验证码错误次数过多，请 {minutes} 分钟后再试。',
  ),
  SECOND_FACTOR_MISSING: once('There is no authenticator app here yet.', '尚未绑定验证器。'),
  SECOND_FACTOR_REQUIRED: once('Administrators keep their second factor.', '管理员不能关闭二次验证。'),
  // Of accounts, roles and licences.
  ACCOUNT_SUSPENDED: once('This account may not be used.', '该账号已被停用。'),
  ROLE_EXISTS: once('There is a role {role} already.', '角色 {role} 已存在。'),
  ROLE_BUILT_IN: once('The platform needs the role {role}.', '{role} 为内置角色，不能删除。'),
  ROLE_IN_USE: once('The role {role} is held {count} times.', '角色 {role} 仍有 {count} 条授权。'),
  ROLE_KEEPS: once('The role {role} cannot lose {permission}.', '角色 {role} 不能移除权限 {permission}。'),
  ROLES_INCOMPATIBLE: once(
    'Nobody administers and audits: these roles do not go together.',
    '管理与审计职责须分离，不能同时授予。',
  ),
  LICENCE_NUMBER_INVALID: once('{field} is not a number of this kind.', '{field}：证书编号格式不正确。'),
  LICENCE_EXISTS: once(
    'Somebody else has applied with this licence number.',
    '该执业证书编号已被其他账号使用。',
  ),
  LICENCE_STATE: once(
    'A licence that is {status} does not allow this.',
    '执业资格当前状态（{status}）不支持此操作。',
  ),
  LICENCE_REVIEW_OWN: once('Nobody decides about their own licence.', '不能审核本人的执业资格。'),
  TOO_MANY_DOCUMENTS: once(
    'At most {limit} documents can wait to be handed in.',
    '最多可有 {limit} 份待提交的材料。',
  ),
  // Of what is measured, reminded of and followed up.
  OBSERVATION_VOIDED: once('This observation was taken back already.', '该监测数据已作废。'),
  SERIES_TOO_LONG: once(
    'More than {most} measurements; ask for a shorter time.',
    '数据超过 {most} 条，请缩短时间范围。',
  ),
  REMINDER_STATE: once(
    'This is not possible for a reminder that is {status}.',
    '提醒状态为 {status}，不能执行该操作。',
  ),
  TOO_MANY_REMINDERS: once('A patient has at most {most} reminders.', '每位就诊人最多 {most} 个提醒。'),
  FOLLOW_UP_STATE: once(
    'This is not possible for a follow-up that is {status}.',
    '随访状态为 {status}，不能执行该操作。',
  ),
  TOO_MANY_FOLLOW_UPS: once(
    'A patient has at most {most} open plans.',
    '每位就诊人最多 {most} 个进行中的随访计划。',
  ),
  // Of login by other parties, and of identities.
  LOGIN_METHOD_OFF: once('This way to log in is not offered here.', '暂不支持该登录方式。'),
  LOGIN_STATE_INVALID: once(
    'This login was begun elsewhere, ended already, or took too long; begin again.',
    '登录请求无效或已过期，请重新发起登录。',
  ),
  REDIRECT_NOT_ALLOWED: once('This address is not one to come back to.', '回调地址未被允许。'),
  WECHAT_CODE_WRONG: once(
    'What WeChat gave is wrong, used or too old; authorise again.',
    '微信授权码错误、已使用或已过期，请重新授权。',
  ),
  WECHAT_LOGIN_EXPIRED: once(
    'The login at WeChat has ended; authorise again.',
    '微信登录已失效，请重新授权。',
  ),
  WECHAT_TOO_OFTEN: again('WeChat was asked too often; wait a minute.', '微信登录过于频繁，请稍后再试。'),
  WECHAT_RISKY: once(
    'WeChat holds this user for risky; log in another way.',
    '微信判定该用户存在风险，请使用其他方式登录。',
  ),
  WECHAT_UNAVAILABLE: again('WeChat is not available just now.', '微信登录暂时不可用，请稍后重试。'),
  OIDC_DENIED: once('The login was not allowed there.', '您已取消授权。'),
  OIDC_REFUSED: once(
    'The answer of the other party could not be accepted; begin again.',
    '第三方登录验证未通过，请重新登录。',
  ),
  OIDC_UNAVAILABLE: again('The other party is not available just now.', '第三方登录暂时不可用，请稍后重试。'),
  IDENTITY_TAKEN: once('This is linked to another account.', '该登录方式已绑定其他账号。'),
  IDENTITY_CONFLICT: once(
    'These belong to different accounts here; unlink one of them first.',
    '这些登录方式分属不同账号，请先解除其中一方的绑定。',
  ),
  LAST_IDENTITY: once('The last way to log in cannot be removed.', '不能解除最后一种登录方式。'),
  TOO_MANY_IDENTITIES: once(
    'An account has at most {most} ways to log in.',
    '每个账号最多绑定 {most} 种登录方式。',
  ),
  // Of attempts to log in, and of the keys that sign tokens.
  TOO_MANY_ATTEMPTS: again(
    'Too many attempts from here; wait {seconds} seconds.',
    '尝试过于频繁，请 {seconds} 秒后再试。',
  ),
  SIGNING_KEY_PENDING: once(
    'A new signing key is on its way already and signs from {from}.',
    '新的签名密钥已发布，将于 {from} 启用。',
  ),
} as const satisfies Record<string, CatalogueEntry>;
