import { type CatalogueEntry, once } from './catalogue-entry.ts';

/** Codes of the router, of operations that it doesn't run. */
export const operationsCatalogue = {
  OPERATION_TOO_COMPLEX: once(
    'The operation is too complex: {count} {limit}, at most {value} are allowed.',
    '请求过于复杂：{limit} 为 {count}，上限为 {value}。',
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
