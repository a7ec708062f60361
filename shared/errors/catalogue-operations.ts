import { again, type CatalogueEntry, once } from './catalogue-entry.ts';

/** Codes of the router, of operations that it doesn't run. */
export const operationsCatalogue = {
  OPERATION_TOO_COMPLEX: once(
    'The operation is too complex: {count} {limit}, at most {value} are allowed.',
    '请求过于复杂：{limit} 为 {count}，上限为 {value}。',
  ),
  TOO_MANY_NEW_OPERATIONS: again(
    '{limit} new operations of yours wait to be planned already; send the others when these are answered.',
    '您已有 {limit} 个新操作在等待规划，请在其完成后再发送。',
  ),
  OPERATION_NOT_ALLOWED: once(
    'Only registered operations are run here, and this one is not registered.',
    '仅允许执行已登记的操作，该操作未登记。',
  ),
  PERSISTED_QUERY_NOT_FOUND: once(
    'No operation is stored under this hash; send its text with the hash.',
    '未找到该哈希对应的操作，请连同操作文本一起发送。',
  ),
} as const satisfies Record<string, CatalogueEntry>;
