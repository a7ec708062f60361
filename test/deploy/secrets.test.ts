import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';

// The launcher is JavaScript without declarations.
const { loadSecrets } = (await import(new URL('../../deploy/local/secrets.mjs', import.meta.url).href)) as {
  loadSecrets: (dir: string) => Record<string, string>;
};

const SUBGRAPHS = ['USERS', 'CARE', 'PHARMACY', 'STATS'];
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/yey-secrets-`);
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a new installation has no key of kept data that two subgraphs share, and makes each but once', () => {
  const first = loadSecrets(dir);
  for (const key of ['FIELD_KEYS', 'BLIND_INDEX_KEY', 'AUDIT_KEY']) {
    expect(first).not.toHaveProperty(key);
    expect(new Set(SUBGRAPHS.map((name) => first[`${name}_${key}`])).size).toBe(SUBGRAPHS.length);
  }
  expect(loadSecrets(dir)).toEqual(first);
});

test('an installation whose subgraphs share keys goes on with those, as its data is under them', () => {
  const shared = { FIELD_KEYS: '{"active":"k1","keys":{}}', BLIND_INDEX_KEY: 'ab', AUDIT_KEY: 'cd' };
  writeFileSync(`${dir}/secrets.json`, JSON.stringify({ ...shared, FILE_URL_KEY: 'ef' }));
  const secrets = loadSecrets(dir);
  expect(secrets).toMatchObject(shared);
  const kept = JSON.parse(readFileSync(`${dir}/secrets.json`, 'utf8')) as Record<string, string>;
  for (const name of SUBGRAPHS) {
    for (const key of Object.keys(shared)) expect(kept).not.toHaveProperty(`${name}_${key}`);
  }
  expect(kept).not.toHaveProperty('FILE_URL_KEY');
  expect(kept.USERS_FILE_URL_KEY).toMatch(/^[0-9a-f]{64}$/);
});
