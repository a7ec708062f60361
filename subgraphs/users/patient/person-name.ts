import { AppError } from '../../../shared/errors/app-error.ts';

const LONGEST = 64;
/** The dot between the parts of a transcribed name, as keyboards and standards have it. */
const DOTS = /[\u2022\u2027\u2219\u22C5\u30FB]/gu;
const WRITABLE = /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd} ·'’.()-]*$/u;
/** Scripts with letters that look like those of one another. */
const ALIKE = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];

/**
 * A full name in its one form (Unicode NFC, 1 to 64 characters): letters, with what stands between the parts of a
 * name. Nothing that cannot be seen, nothing that runs backwards, and no letter of one alphabet among those of
 * another, so that two names that look the same are the same (UTS #39, section 5.2).
 * @throws AppError VALIDATION_FAILED
 */
export function personName(field: string, text: string): string {
  const name = text.normalize('NFC').replace(DOTS, '·').replace(/\s+/gu, ' ').trim();
  const isWritable = name.length <= LONGEST && WRITABLE.test(name);
  const isOfOneAlphabet = ALIKE.filter((script) => script.test(name)).length <= 1;
  if (isWritable && isOfOneAlphabet) return name;
  throw new AppError('VALIDATION_FAILED', { field, reason: `1 – ${LONGEST}` });
}
