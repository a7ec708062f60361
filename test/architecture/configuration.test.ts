import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DATA_KEYS, ownVariable, schemaFor, type SubgraphName } from '../../shared/config/config.ts';
import { routerSchema } from '../../router/config.ts';

const SUBGRAPHS: SubgraphName[] = ['users', 'care', 'pharmacy', 'stats'];
/** Set by the system, by a process for itself, or by the tests; nobody configures them. */
const NOT_OURS = ['APOLLO_TELEMETRY_DISABLED', 'NODE_ENV', 'PATH', 'XDG_CACHE_HOME', 'YEY_CHROMIUM'];
const OF_PROCESSES = ['YEY_SERVICE', 'YEY_TEST_MYSQLD'];

async function ownOf(name: string): Promise<string[]> {
  if (!existsSync(`subgraphs/${name}/config.ts`)) return [];
  const { own } = (await import(`../../subgraphs/${name}/config.ts`)) as { own?: object };
  if (own === undefined) throw new Error(`subgraphs/${name}/config.ts exports no own`);
  return Object.keys(own);
}

/** What is read straight from the environment, as the launcher does. */
function readDirectly(roots = ['router', 'shared', 'subgraphs', 'deploy']): string[] {
  const files = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => `${root}/${name}`),
  );
  const names = files
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const picked = Array.from(text.matchAll(/\{([A-Z_,\s]+)\} = process\.env/g), ([, list = '']) => list);
      const single = Array.from(text.matchAll(/process\.env\.([A-Z_]+)/g), ([, name = '']) => name);
      return [...single, ...picked.flatMap((list) => list.match(/[A-Z_]+/g) ?? [])];
    });
  return names.filter((name) => ![...NOT_OURS, ...OF_PROCESSES].includes(name));
}

async function known(): Promise<string[]> {
  const ofSubgraphs = await Promise.all(
    SUBGRAPHS.map(async (name) => {
      const read = [...Object.keys(schemaFor(name).shape), ...(await ownOf(name))];
      const keys = read.filter((each) => DATA_KEYS.includes(each));
      return [...read, ...keys.map((each) => ownVariable(name, each))];
    }),
  );
  const names = [
    ...ofSubgraphs.flat(),
    ...Object.keys(routerSchema(SUBGRAPHS, false).shape),
    ...readDirectly(),
  ];
  return [...new Set(names)].toSorted((a, b) => a.localeCompare(b));
}

/** The names in the first column of README's table of variables. */
function inReadme(): string[] {
  const rows = readFileSync('README.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| `[A-Z<][A-Z0-9_<>]+`/.test(line));
  const names = rows.flatMap((row) => Array.from((row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)));
  return names.flatMap(([, name = '']) =>
    name.startsWith('<NAME>') ? SUBGRAPHS.map((each) => name.replace('<NAME>', each.toUpperCase())) : [name],
  );
}

function inExample(): string[] {
  const lines = readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm);
  return Array.from(lines, ([, name = '']) => name);
}

test.each([
  ['README.md', inReadme],
  ['.env.example', inExample],
])('%s has every variable once, and none that nobody reads', async (_file, read) => {
  expect(read().toSorted((a, b) => a.localeCompare(b))).toEqual(await known());
});

test('the example is a configuration that the schemas take, as far as it goes', () => {
  const lines = readFileSync('.env.example', 'utf8').matchAll(/^([A-Z][A-Z0-9_]+)=(.+)$/gm);
  const given = Object.fromEntries(Array.from(lines, ([, name = '', value = '']) => [name, value]));
  for (const name of SUBGRAPHS) {
    const { error } = schemaFor(name).safeParse(given);
    const wrong = (error?.issues ?? []).filter((issue) => String(issue.path[0]) in given);
    expect(wrong, name).toEqual([]);
  }
});

test('what a service reads past its schema is given to it by the launcher', () => {
  const launcher = readFileSync('deploy/local/process-environment.mjs', 'utf8');
  const [, list = ''] = /OF_SERVICES = \[([^\]]*)\]/.exec(launcher) ?? [];
  const given: string[] = list.match(/\w+/g) ?? [];
  const read = new Set(readDirectly(['router', 'shared', 'subgraphs']));
  expect([...read].filter((name) => !given.includes(name))).toEqual([]);
  expect(given).toContain('LOG_LEVEL');
});
