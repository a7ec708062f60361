import { type CatalogueEntry, once } from './catalogue-entry.ts';

/** Of copies of one’s data, and of erasure. */
export const privacyErrors = {
  EXPORT_TOO_OFTEN: once(
    'A copy can be asked for once a day; wait {hours} hours.',
    '每天只能申请一次个人信息副本，请 {hours} 小时后再试。',
  ),
  REAUTHENTICATION_NEEDED: once(
    'Show once more that it is you: with a code, or by logging in anew less than {minutes} minutes ago.',
    '请重新验证身份：输入验证码，或在 {minutes} 分钟内重新登录。',
  ),
  ERASURE_BLOCKED: once(
    'The account holds {reason} and cannot be erased before that has ended.',
    '账号仍持有 {reason}，暂不能注销。',
  ),
} as const satisfies Record<string, CatalogueEntry>;
