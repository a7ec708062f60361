import { backupErrors } from './backup-errors.ts';
import { again, type CatalogueEntry, once } from './catalogue-entry.ts';
import { clientErrors } from './catalogue-clients.ts';
import { connectionErrors } from './catalogue-connections.ts';
import { operationsCatalogue } from './catalogue-operations.ts';
import { accessErrors } from './access-errors.ts';
import { callErrors } from './call-errors.ts';
import { usersCatalogue } from './catalogue-users.ts';
import { clockErrors } from './clock-errors.ts';
import { eventErrors } from './event-errors.ts';
import { limitErrors } from './limit-errors.ts';
import { privacyErrors } from './privacy-errors.ts';

/** Every stable error code of the platform. Each has a page in `pages/`, printed by `npm run explain CODE`. */
export const catalogue = {
  UNAUTHENTICATED: once('Please log in.', '请先登录。'),
  TOKEN_EXPIRED: once('Your login has expired; log in again.', '登录已过期，请重新登录。'),
  FORBIDDEN: once('You may not do this.', '您没有此操作的权限。'),
  ANSWER_WITHHELD: once(
    'The change was made; this part of the answer is not shown to you.',
    '操作已完成；该部分内容您无权查看。',
  ),
  NOT_FOUND: once('There is no such {what}, or it is not yours to see.', '{what}不存在，或您无权查看。'),
  VALIDATION_FAILED: once('{field}: {reason}', '{field}：{reason}'),
  BAD_REQUEST: once('The request is not well-formed.', '请求格式不正确。'),
  BAD_USER_INPUT: once('A variable does not have the type that it needs.', '变量缺失或类型不符。'),
  BAD_ID: once('"{value}" is not an identifier of this kind.', '“{value}”不是有效的标识符。'),
  BAD_CURSOR: once('The cursor does not come from this list.', '分页游标无效。'),
  BAD_PHONE: once('This is not a mainland mobile number.', '手机号码格式不正确。'),
  DECRYPT_FAILED: once('A protected value could not be read.', '受保护的数据无法读取。'),
  SMS_TOO_OFTEN: once(
    'Too many codes were asked for; wait {seconds} seconds.',
    '获取验证码过于频繁，请 {seconds} 秒后再试。',
  ),
  SMS_FAILED: again('The text message could not be sent.', '短信发送失败，请稍后重试。'),
  LOGIN_CODE_WRONG: once('The code is wrong or no longer valid.', '验证码错误或已失效。'),
  SESSION_ENDED: once('This login has ended; log in again.', '登录会话已结束，请重新登录。'),
  LAST_ADMIN: once('The last administrator cannot be removed.', '不能移除最后一位管理员。'),
  CONFIG_INVALID: once('The configuration is not valid: {problems}', '配置无效：{problems}'),
  IDEMPOTENCY_KEY_REUSED: once('This idempotency key belongs to another request.', '幂等键已用于其他请求。'),
  CONSULTATION_CLOSED: once('This consultation has ended.', '问诊已结束。'),
  UNTRUSTED_CALLER: once('Only the router may call this address.', '仅允许网关访问。'),
  UNAVAILABLE: again('{service} is not available just now.', '{service}暂时不可用，请稍后重试。'),
  SUBGRAPH_UNAVAILABLE: again('{service} is not available just now.', '{service}暂时不可用，请稍后重试。'),
  DEADLINE_EXCEEDED: again('This took too long and was given up.', '请求超时。'),
  CONFLICT_RETRY: again('Two changes met; make this call again.', '操作冲突，请重试。'),
  VERSION_CONFLICT: once(
    'Somebody else changed this in the meantime; read it again.',
    '数据已被他人修改，请刷新后重试。',
  ),
  SUBSCRIPTION_NEEDS_SOCKET: once(
    'Subscriptions are served over WebSocket (graphql-transport-ws), not over HTTP.',
    '订阅需通过 WebSocket（graphql-transport-ws）连接。',
  ),
  TOO_MANY_SUBSCRIPTIONS: once('Too many live connections.', '实时连接过多。'),
  GRAPHQL_PARSE_FAILED: once('The document is not GraphQL.', 'GraphQL 语法错误。'),
  GRAPHQL_VALIDATION_FAILED: once('The document does not fit the schema.', 'GraphQL 请求与模式不符。'),
  INTERNAL: once('Something went wrong on our side.', '服务器内部错误。'),

  // Of care: signing, records and prescriptions.
  SIGNING_KEY_MISSING: once(
    'You have no signing key yet; create one first.',
    '您尚未创建签名密钥，请先创建。',
  ),
  SIGNING_KEY_EXISTS: once('You already have a signing key.', '您已有签名密钥。'),
  SIGNING_PIN_WRONG: once(
    'The signing PIN is wrong; {left} tries are left.',
    '签名密码错误，还可尝试 {left} 次。',
  ),
  SIGNING_PIN_LOCKED: once(
    'Signing is locked after too many wrong PINs; wait {minutes} minutes.',
    '签名密码错误次数过多，请 {minutes} 分钟后再试。',
  ),
  RECORD_SIGNED: once('This record is signed; it can only be amended.', '病历已签名，只能修订。'),
  RECORD_NOT_SIGNED: once('This record is a draft; it is edited, not amended.', '病历尚未签名，请直接修改。'),
  CONSULTATION_IS_ADVICE_ONLY: once(
    'There is no evidence of an earlier diagnosis: this consultation is for advice only.',
    '缺少首诊或既往诊断依据，本次问诊仅提供咨询，不能诊断或开方。',
  ),
  PRESCRIPTION_SIGNED: once(
    'This prescription is signed and can no longer be changed.',
    '处方已签名，不能修改。',
  ),
  PRESCRIPTION_NEEDS_DIAGNOSIS: once(
    'The record of this consultation needs a diagnosis first.',
    '请先在病历中填写诊断。',
  ),
  PRESCRIPTION_CONTRAINDICATED: once(
    'The prescription is contraindicated: {rules}',
    '处方存在用药禁忌：{rules}',
  ),
  PRESCRIPTION_NEEDS_REASON: once(
    'Major warnings, and what could not be checked, need your written reason: {rules}',
    '存在严重用药警示或无法审查的项目，请填写用药理由：{rules}',
  ),
  DRUG_NOT_ONLINE: once('{drug} may not be prescribed online.', '{drug}不得通过互联网开具。'),
  SUPPLY_TOO_LONG: once(
    'A supply of {days} days is too long; {most} days is the most here.',
    '用药 {days} 天超出限制，最长 {most} 天。',
  ),
  CHILD_NEEDS_PAEDIATRICIAN: once(
    'Children under 6 are prescribed for by a paediatrician only.',
    '6 岁以下儿童须由儿科医师开具处方。',
  ),

  SLOT_FULL: once('No place is left in this slot.', '该号源已约满。'),
  DOCTOR_NOT_PRACTISING: once(
    'This doctor does not see patients at present; nothing was booked.',
    '该医生暂不接诊，未预约成功。',
  ),
  SLOT_OVER: once('This slot is over.', '该号源已过时。'),
  ALREADY_BOOKED: once(
    'This patient has an appointment in this session already.',
    '该就诊人在本场次已有预约。',
  ),
  APPOINTMENT_STATE: once(
    'An appointment that is {status} does not allow this.',
    '预约当前状态（{status}）不支持此操作。',
  ),
  NOT_CHECK_IN_DAY: once('Check in on {day}.', '请于 {day} 当天签到。'),
  SCHEDULE_OVERLAPS: once('You have a session at this time already.', '该时段已有排班。'),
  NO_PRACTICE: once('You are not assigned to a hospital and a department yet.', '您尚未设置执业医院和科室。'),
  // Of users: patients and administrators.
  BAD_IDENTITY_NUMBER: once('This is not a valid identity number.', '身份证号码不正确。'),
  IDENTITY_MISMATCH: once('{field} does not agree with the identity number.', '{field}与身份证号码不一致。'),
  PATIENT_EXISTS: once('This person is among your patients already.', '该就诊人已存在。'),
  TOO_MANY_PATIENTS: once('An account has at most {most} patients.', '每个账号最多添加 {most} 位就诊人。'),
  ADMIN_EXISTS: once(
    'There is an administrator already; --force makes another one.',
    '已有管理员；如需强制添加请使用 --force。',
  ),

  // Of pharmacy: stock.
  OUT_OF_STOCK: once('There is not enough of this medicine in stock.', '药品库存不足。'),
  STOCK_NOT_HELD: once('No stock is held for this order any more.', '该订单已无占用库存。'),
  // Of the review of prescriptions.
  REVIEW_CHECKLIST_INCOMPLETE: once(
    'Each of the ten items must be compared once; look at: {items}',
    '四查十对须逐项核对且仅一次，请检查：{items}',
  ),
  REVIEW_ITEM_FAILED: once(
    'What is not in order cannot be approved: {items}',
    '存在不相符的核对项，不能通过：{items}',
  ),
  REVIEW_OWN_PRESCRIPTION: once(
    'Nobody reviews a prescription that they wrote or that is for them.',
    '不能审核本人开具或开给本人的处方。',
  ),
  REVIEW_FOUND_CONTRAINDICATION: once(
    'The prescription is contraindicated and cannot be approved: {rules}',
    '处方存在禁忌，不能通过：{rules}',
  ),
  REVIEW_NEEDS_SECOND_LOOK: once(
    'Grave warnings, and what could not be checked, need a second look: {rules}',
    '存在严重警示或无法审查的项目，须复核：{rules}',
  ),
  PRESCRIPTION_ALREADY_REVIEWED: once('This prescription was reviewed already.', '该处方已审核。'),
  PRESCRIPTION_NOT_APPROVED: once('No pharmacist has approved this prescription.', '该处方未通过药师审核。'),
  PRESCRIPTION_EXPIRED: once('This prescription is no longer valid.', '该处方已过有效期。'),
  PRESCRIPTION_USED: once(
    'This prescription is in an order, or its medicine was handed out.',
    '该处方已下单或已发药，不能重复使用。',
  ),
  // Files
  FILE_URL_INVALID: once(
    'This address of a file is not valid for you, or no longer; ask for a new one.',
    '文件地址无效或已过期，请重新获取。',
  ),
  FILE_TYPE_REFUSED: once(
    'Files of this type are not accepted; accepted are {allowed}.',
    '不支持该文件类型，仅支持：{allowed}。',
  ),
  FILE_TOO_LARGE: once('The file is too large, the limit is {limit}.', '文件过大，上限为 {limit}。'),
  FILE_CONTENT_MISMATCH: once(
    'The content is not what was announced ({type}, {size} bytes).',
    '文件内容与声明不符（{type}，{size} 字节）。',
  ),
  FILE_ALREADY_UPLOADED: once(
    'Another content was uploaded here already; ask for a new upload.',
    '该附件已上传其他内容，请重新申请上传。',
  ),
  TOO_MANY_ATTACHMENTS: once(
    'A consultation holds at most {limit} attachments.',
    '每次问诊最多 {limit} 个附件。',
  ),
  // Of orders, payments and what is handed out.
  NOT_PAYABLE: once('There is nothing to pay here, or not any more.', '该项目无需支付或已无法支付。'),
  PAYMENT_UNAVAILABLE: again('Payments are not possible just now.', '支付服务暂时不可用，请稍后重试。'),
  INSURANCE_REFUSED: once('The insurer does not pay for this: {reason}', '医保不予结算：{reason}'),
  INSURANCE_UNAVAILABLE: once(
    'The insurer does not answer just now; the order was cancelled.',
    '医保系统暂时无法结算，订单已取消。',
  ),
  SKU_NOT_SOLD_ONLINE: once('This medicine is not sold online: {sku}', '该药品禁止网络销售：{sku}'),
  SKU_NEEDS_PRESCRIPTION: once(
    'This medicine is sold on prescription only: {sku}',
    '该药品须凭处方购买：{sku}',
  ),
  ORDER_NOT_CANCELLABLE: once(
    'An order that is {status} cannot be cancelled.',
    '订单状态为 {status}，不能取消。',
  ),
  ORDER_NOT_DISPENSABLE: once(
    'An order that is {status} cannot be handed out.',
    '订单状态为 {status}，不能发药。',
  ),
  DISPENSE_OWN: once(
    'Nobody hands out medicine that they prescribed or that is for them.',
    '不能调配本人开具或开给本人的药品。',
  ),
  DISPENSE_LINES_DIFFER: once(
    'The packs are not those that were ordered, or their batch is not told: {sku}',
    '药品、数量或批次与订单不符：{sku}',
  ),
  TRACE_CODE_INVALID: once(
    '"{code}" is not a code of its own of 20 digits.',
    '追溯码“{code}”不是20位数字或重复。',
  ),
  TRACE_CODE_SOLD: once('The pack {code} was handed out before.', '追溯码 {code} 已售出。'),
  ...clientErrors,
  ...operationsCatalogue,
  ...usersCatalogue,
  ...eventErrors,
  ...privacyErrors,
  ...backupErrors,
  ...callErrors,
  ...clockErrors,
  ...connectionErrors,
  ...limitErrors,
  ...accessErrors,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(catalogue, text);
}

/** The message of a code in the caller's language, its parameters filled in. */
export function messageOf(code: ErrorCode, params: Record<string, string | number>, locale: string): string {
  const entry: CatalogueEntry = catalogue[code];
  const template = locale.toLowerCase().startsWith('en') ? entry.en : entry.zh;
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
