import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const ROOTS = ['router', 'shared', 'subgraphs', 'schema'];

/** What a file of this path may not import. */
function forbidden(from: string, to: string): string | undefined {
  const [root, subgraph] = from.split('/');
  if (root === 'shared' && !to.startsWith('shared/')) return 'shared stands on itself';
  if (root === 'router' && !/^(router|shared)\//.test(to)) return 'the router knows no subgraph';
  if (root === 'subgraphs' && !to.startsWith(`subgraphs/${subgraph}/`) && !to.startsWith('shared/')) {
    return 'a subgraph knows itself and shared';
  }
  if (/\.(service|store|entity)\.ts$/.test(from) && to.endsWith('.resolver.ts')) return 'imports run one way';
  if (/\.(store|entity)\.ts$/.test(from) && to.endsWith('.service.ts')) return 'imports run one way';
  if (from.endsWith('.entity.ts') && to.endsWith('.store.ts')) return 'imports run one way';
  return to.startsWith('test/') ? 'the product does not know its tests' : undefined;
}

const importsOf = (text: string) =>
  Array.from(text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g), ([, path = '']) => path);

function violations(file: string, text: string): string[] {
  return importsOf(text).flatMap((path) => {
    const to = normalize(join(dirname(file), path));
    const why = forbidden(file, to);
    return why === undefined ? [] : [`${file} → ${to}: ${why}`];
  });
}

const files = ROOTS.flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => `${root}/${name}`),
).filter((file) => /\.tsx?$/.test(file));

test('imports point one way', () => {
  expect(files.length).toBeGreaterThan(80);
  expect(files.flatMap((file) => violations(file, readFileSync(file, 'utf8')))).toEqual([]);
});

test('a planted violation of each rule is found', () => {
  const planted: [string, string][] = [
    ['shared/db/db.ts', '../../subgraphs/care/context.ts'],
    ['router/server.ts', '../subgraphs/users/schema.ts'],
    ['subgraphs/care/hospital/hospital.store.ts', '../../users/doctor/doctor.entity.ts'],
    ['subgraphs/care/hospital/hospital.store.ts', './hospital.resolver.ts'],
    ['subgraphs/users/role/role.store.ts', './role.service.ts'],
    ['subgraphs/users/role/role.entity.ts', './role.store.ts'],
    ['router/server.ts', '../test/testkit/client.ts'],
  ];
  for (const [file, path] of planted)
    expect(violations(file, `import { x } from '${path}';`), path).toHaveLength(1);
});

test('files are small, and none is a barrel or a drawer for everything', () => {
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    if (!file.includes('/migrations/')) expect(text.split('\n').length, file).toBeLessThanOrEqual(300);
    expect(text, file).not.toMatch(/^export \* from/m);
    expect(file).not.toMatch(/\/(utils|helpers|common)(\/|\.)/);
  }
  expect(existsSync('subgraphs/index.ts')).toBe(false);
});
