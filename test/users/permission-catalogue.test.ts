import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { permissionCatalogue } from '../../subgraphs/users/role/permission-catalogue.ts';

/** Where a permission is a parameter; what is handed in there is found by the strings of its callers. */
const PARAMETER = ['shared/context/actor.ts', 'subgraphs/users/role'];
const ASKED = /\b(?:holds|reachOf)\(\s*\w+,\s*(?:'([^']+)'|([\w.]+))/g;
/** A permission as a text, wherever it stands. */
const TEXT = /'([a-z_]+\.[a-z]+)'/g;

function askedIn(text: string): { names: string[]; parameters: string[] } {
  const found = Array.from(text.matchAll(ASKED));
  return {
    names: found.flatMap(([, name]) => (name === undefined ? [] : [name])),
    parameters: found.flatMap(([, , name]) => (name === undefined ? [] : [name])),
  };
}

const files = readdirSync('subgraphs', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `subgraphs/${name}`);

test('every permission that a subgraph asks for is in the catalogue', () => {
  const known = Object.keys(permissionCatalogue);
  const asked = files.flatMap((file) => askedIn(readFileSync(file, 'utf8')).names);
  expect(asked.length).toBeGreaterThan(20);
  expect([...new Set(asked)].filter((name) => !known.includes(name))).toEqual([]);
});

test('a permission that is handed on comes from a string that the catalogue knows', () => {
  const handing = files.filter(
    (file) =>
      askedIn(readFileSync(file, 'utf8')).parameters.length > 0 &&
      !PARAMETER.some((place) => file.startsWith(place)),
  );
  expect(handing).toEqual([
    'subgraphs/care/consultation/attends.ts',
    'subgraphs/care/prescription/prescription-reading.service.ts',
    'subgraphs/care/record/treatment.ts',
    'subgraphs/pharmacy/dispensation/dispensing.service.ts',
    'subgraphs/pharmacy/order/order-ending.service.ts',
    'subgraphs/pharmacy/pharmacy/pharmacy.rules.ts',
    'subgraphs/pharmacy/review/review.access.ts',
    'subgraphs/users/account/account-suspension.service.ts',
    'subgraphs/users/account/account.rules.ts',
    'subgraphs/users/patient/patient.access.ts',
  ]);
  // Each of these names what it hands on as a text in the same file, or its callers do.
  const known = Object.keys(permissionCatalogue);
  for (const file of handing.filter((each) => !each.endsWith('treatment.ts'))) {
    const named = Array.from(readFileSync(file, 'utf8').matchAll(TEXT), ([, name = '']) => name);
    expect(named.filter((name) => known.includes(name)).length, file).toBeGreaterThan(0);
  }
});

test('a permission that is not in the catalogue is found', () => {
  expect(askedIn("if (!holds(actor, 'moon.land', id) || reachOf(actor, wish)) return;")).toEqual({
    names: ['moon.land'],
    parameters: ['wish'],
  });
  expect(Object.keys(permissionCatalogue)).not.toContain('moon.land');
});

test('every permission says in two languages what it allows', () => {
  for (const { en, zh } of Object.values(permissionCatalogue)) {
    expect(en).toMatch(/^[A-Z][ -~]+$/);
    expect(zh).toMatch(/^\p{Script=Han}+$/u);
  }
});
