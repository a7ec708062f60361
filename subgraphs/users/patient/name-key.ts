/**
 * The form of a name by which it is found: what looks alike (NFKC), upper or lower case, blanks, and the dots between
 * the parts of a transcribed name (GB/T 2312 has two of them, keyboards more) make no other name of it.
 */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\u00B7\u2022\u2027\u2219\u22C5\u30FB.]/g, '·')
    .replace(/\s/gu, '')
    .toLowerCase();
}
