import { type FileType, fileTypes, isFileType, type MadeType, madeTypes } from './file-type.ts';

const LONGEST = 100;
/** Control characters, those that change the direction of writing, halves of characters, and what separates paths or ends quotes. */
// oxlint-disable-next-line no-control-regex
const HARMFUL = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"\\/:*?<>|]/gu;

/**
 * A name that people may be shown and that a browser may save under: without what harms, with an ending of its true
 * type, at most 100 characters.
 * @param given as the client sent it
 * @returns undefined when nothing is left of it
 */
export function safeFileName(given: string, type: FileType): string | undefined {
  const clean = given
    .normalize('NFC')
    .replace(HARMFUL, '')
    .replace(/^[\s.]+|[\s.]+$/gu, '');
  const { endings } = fileTypes[type];
  const lower = clean.toLowerCase();
  const ending = endings.find((each) => lower.endsWith(`.${each}`)) ?? endings[0];
  const stem = lower.endsWith(`.${ending}`) ? clean.slice(0, -ending.length - 1) : clean;
  const short = Array.from(stem)
    .slice(0, LONGEST - ending.length - 1)
    .join('')
    .trimEnd();
  return short === '' ? undefined : `${short}.${ending}`;
}

/** `Content-Disposition` by which a browser saves the file instead of showing it (RFC 6266, RFC 8187). */
export function attachmentDisposition(fileId: string, name: string, type: FileType | MadeType): string {
  const ending = isFileType(type) ? fileTypes[type].endings[0] : madeTypes[type];
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${fileId}.${ending}"; filename*=UTF-8''${encoded}`;
}
