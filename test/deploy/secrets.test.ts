import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// The launcher is JavaScript without declarations.
const { loadSecrets } = (await import(new URL('../../deploy/local/secrets.mjs', import.meta.url).href)) as {
  loadSecrets: (dir: string) => Record<string, string>;
};

const { platformEnvironment } = (await import(
  new URL('../../deploy/local/platform-environment.mjs', import.meta.url).href
)) as { platformEnvironment: (place: object) => Record<string, string> };
const { processEnvironment } = (await import(
  new URL('../../deploy/local/process-environment.mjs', import.meta.url).href
)) as { processEnvironment: (name: string, env: Record<string, string>) => Record<string, string> };

const SUBGRAPHS = ['USERS', 'CARE', 'PHARMACY', 'STATS'];
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/yey-secrets-`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

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

test('a key that the user sets for all goes before those that were generated, one of a subgraph before both', () => {
  const place = { dir, state: { ports: {} }, secrets: loadSecrets(dir), port: 4000 };
  vi.stubEnv('AUDIT_KEY', 'of all');
  vi.stubEnv('FILE_URL_KEY', 'of all');
  vi.stubEnv('CARE_AUDIT_KEY', 'of care');
  const env = platformEnvironment(place);
  expect(processEnvironment('users', env)).toMatchObject({ AUDIT_KEY: 'of all', FILE_URL_KEY: 'of all' });
  expect(processEnvironment('users', env)).not.toHaveProperty('USERS_AUDIT_KEY');
  expect(processEnvironment('care', env)).toMatchObject({
    CARE_AUDIT_KEY: 'of care',
    FILE_URL_KEY: 'of all',
  });
  expect(processEnvironment('care', env)).not.toHaveProperty('AUDIT_KEY');
  expect(processEnvironment('care', env)).toHaveProperty('CARE_FIELD_KEYS');
});

test('a router with an address for its counters alone is told of no other Redis', () => {
  const redis = { REDIS_STATE_URL: 'redis://state', REDIS_CACHE_URL: 'redis://cache' };
  const ofCounters = { ROUTER_REDIS_URL: 'redis://router@counters' };
  expect(processEnvironment('router', { ...redis, ...ofCounters })).toEqual(ofCounters);
  expect(processEnvironment('router', redis)).toEqual(redis);
  expect(processEnvironment('care', { ...redis, ...ofCounters })).toEqual(redis);
});
