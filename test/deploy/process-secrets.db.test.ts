import { readdirSync, readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';

const SUBGRAPHS = ['users', 'care', 'pharmacy', 'stats'];
const ENGINES = ['primary', 'replica', 'redis'];
/** Who may know a secret that is not a subgraph's alone; those of nobody are not here. */
const KNOWN_BY: Readonly<Record<string, readonly string[]>> = {
  SIGNING_PIN_KEY: ['care'],
  PAYMENT_CALLBACK_KEY: ['pharmacy', 'sandbox'],
  INSURANCE_SECRET_KEY: ['pharmacy', 'sandbox'],
};

function read(file: string): unknown {
  return JSON.parse(readFileSync(`${inject('platformDir')}/${file}`, 'utf8'));
}

/** The environment of a process, and of everything that it started. */
function environmentOf(pid: number): Record<string, string>[] {
  const text = readFileSync(`/proc/${pid}/environ`, 'utf8');
  const own = Object.fromEntries(
    text
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid);
  return [own, ...children.flatMap((child) => environmentOf(Number(child)))];
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** Every secret, with who may know it. */
function secrets(): { name: string; value: string; knownBy: readonly string[] }[] {
  return Object.entries(read('secrets.json') as Record<string, string>).flatMap(([name, value]) => {
    if (name === 'SERVICE_KEYS') {
      const pairs = Object.entries(JSON.parse(value) as Record<string, string>);
      return pairs.map(([pair, key]) => ({ name: pair, value: key, knownBy: pair.split(':') }));
    }
    const inner = name.endsWith('FIELD_KEYS')
      ? Object.values((JSON.parse(value) as { keys: Record<string, string> }).keys)
      : [value];
    return inner.map((each) => ({ name, value: each, knownBy: knownBy(name) }));
  });
}

function knownBy(name: string): readonly string[] {
  const owner = SUBGRAPHS.find((each) => name.startsWith(`${each.toUpperCase()}_`));
  if (owner === undefined) return KNOWN_BY[name] ?? [];
  if (name.endsWith('_ROUTER_SECRET')) return [owner, 'router'];
  return /_(DB_(RO_)?PASSWORD|FIELD_KEYS|BLIND_INDEX_KEY|AUDIT_KEY|FILE_URL_KEY)$/.test(name) ? [owner] : [];
}

const processes = () => (read('state.json') as { processes: Record<string, { pid: number }> }).processes;

test('each process has its own secrets in its environment, and those of no other', () => {
  expect(Object.keys(processes()).toSorted()).toEqual(
    ['router', 'sandbox', ...SUBGRAPHS, ...ENGINES].toSorted(),
  );
  const all = secrets();
  expect(all.length).toBeGreaterThan(30);
  for (const [process, { pid }] of Object.entries(processes())) {
    const text = JSON.stringify(environmentOf(pid));
    const has = all.filter(({ value }) => text.includes(value)).map(({ name }) => name);
    const mayHave = all.filter(({ knownBy }) => knownBy.includes(process)).map(({ name }) => name);
    expect([process, has.toSorted()]).toEqual([process, mayHave.toSorted()]);
  }
});

test('nor does a process get a variable that it does not read', () => {
  const system = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TERM'];
  for (const name of ENGINES) {
    const { pid = 0 } = processes()[name] ?? {};
    for (const env of environmentOf(pid)) {
      expect(Object.keys(env).filter((each) => /YEY|_KEY|SECRET|PASSWORD|DATABASE|REDIS/.test(each))).toEqual(
        [],
      );
    }
  }
  const router = environmentOf(processes().router?.pid ?? 0)[0] ?? {};
  const strange = Object.keys(router).filter(
    (each) =>
      !system.includes(each) &&
      !/^(USERS|CARE|PHARMACY|STATS)_(URL|ROUTER_SECRET|DEADLINE_MS)$/.test(each) &&
      /^(USERS|CARE|PHARMACY|STATS|FIELD|AUDIT|BLIND|FILE_URL|SIGNING|PAYMENT|INSURANCE|SERVICE|JWT|WECHAT|DATABASE|S3|AWS|SMS|OIDC)_/.test(
        each,
      ),
  );
  expect(strange).toEqual([]);
});
