import { again, type CatalogueEntry, once } from './catalogue-entry.ts';

/** Of calls between our processes. */
export const callErrors = {
  MISDIRECTED_CALL: again(
    'This call was made for another process; try again in a moment.',
    '请求发往了其他进程，请稍后重试。',
  ),
  CALL_REPLAYED: once('This call came before; each is executed once.', '该请求已处理，不可重放。'),
} as const satisfies Record<string, CatalogueEntry>;
