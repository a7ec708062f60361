/** What attackers, and people who paste, put where a text is expected. */
export const HOSTILE: Record<string, string> = {
  'SQL that ends a string': `' OR '1'='1' -- `,
  'SQL that ends a name': '`; DROP TABLE account; #',
  'a backslash before the end': '\\',
  'a wildcard': '%_%',
  markup: '<script>alert(1)</script><img src=x onerror=alert(1)>',
  'a template': '${7*7}{{7*7}}#{7*7}',
  'a path': '../../../../etc/passwd',
  'a null byte': 'a\u0000b',
  'line ends': 'a\r\nSet-Cookie: a=b\r\n\r\n',
  'the prototype': '__proto__',
  'half a surrogate pair': 'a\ud800b',
  'text that runs backwards': '\u202Eabc\u202D',
  'nothing that can be seen': '\u200B\u200D\uFEFF',
  'full-width digits': '＋８６１３８００００００００',
  'an ideogram of four bytes': '𠮷𠮷',
  'very long': '长'.repeat(20_000),
  empty: '',
};

type Json = unknown;

/** Every place of a text in some variables, such as `input.items.0.name`. */
export function textPlaces(value: Json, path: readonly string[] = []): string[][] {
  if (typeof value === 'string') return [[...path]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textPlaces(each, [...path, key]));
}

/** The same variables with another text at one place. */
export function withText(value: Json, [key, ...rest]: readonly string[], text: string): Json {
  if (key === undefined) return text;
  if (Array.isArray(value)) {
    return value.map((each, index) => (String(index) === key ? withText(each, rest, text) : each));
  }
  const object = value as Record<string, Json>;
  return { ...object, [key]: withText(object[key], rest, text) };
}
