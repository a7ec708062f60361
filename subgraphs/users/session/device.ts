import type { ClientInfo, TerminalKind } from '../../../shared/context/client-info.ts';

/**
 * How many logins an account may hold at once, by kinds of terminals that share a limit: the next one ends the oldest.
 * People have a computer or two, a phone and its successor.
 */
const LIMITS: readonly { readonly kinds: readonly TerminalKind[]; readonly most: number }[] = [
  { kinds: ['WEB'], most: 5 },
  { kinds: ['IOS', 'ANDROID'], most: 3 },
  { kinds: ['MINI_PROGRAM'], most: 2 },
  { kinds: ['OTHER'], most: 5 },
];

/** The kinds that share a limit with this one, and the limit. */
export function limitOf(terminal: TerminalKind): { kinds: readonly TerminalKind[]; most: number } {
  return LIMITS.find(({ kinds }) => kinds.includes(terminal)) ?? { kinds: [terminal], most: 1 };
}

/** Those that say they are another one as well come first. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger\//, '微信'],
  [/Edg(A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/HarmonyOS/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPad/, 'iPad'],
  [/iPhone/, 'iPhone'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** What the owner of a device recognises it by, up to 64 characters; empty when nothing is known of it. */
export function deviceName({ userAgent, deviceId }: ClientInfo): string {
  const found = [PROGRAMS, SYSTEMS].flatMap(
    (list) => list.find(([pattern]) => pattern.test(userAgent))?.[1] ?? [],
  );
  const name = found.length > 0 ? found.join(' · ') : (userAgent.split(/[\s/]/)[0] ?? '');
  // The whole identifier would tell it to whoever looks over the shoulder.
  const tail = deviceId === '' ? '' : `…${deviceId.slice(-4)}`;
  return [name.slice(0, 48), tail].filter(Boolean).join(' ');
}

/** An address of which the place can be guessed, but not the household: `203.0.*.*`, `2001:db8:*`. */
export function maskAddress(ip: string): string {
  const [, v4] = /^(?:::ffff:)?(\d+\.\d+)\.\d+\.\d+$/i.exec(ip) ?? [];
  if (v4 !== undefined) return `${v4}.*.*`;
  const [first = '', second = ''] = ip.split(':');
  return first === '' ? '*' : [first, second, '*'].filter(Boolean).join(':');
}
