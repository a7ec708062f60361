import { again, type CatalogueEntry } from './catalogue-entry.ts';

/** Of clocks that differ. */
export const clockErrors = {
  CLOCK_SKEW: again(
    'The clocks of our servers differ just now; try again in a moment.',
    '服务器时钟暂不一致，请稍后重试。',
  ),
} as const satisfies Record<string, CatalogueEntry>;
