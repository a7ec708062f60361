import { expect, test } from 'vitest';
import { loadConfig } from '../../shared/config/config.ts';
import { AppError } from '../../shared/errors/app-error.ts';

const good = {
  DATABASE_URL: 'mysql://127.0.0.1:3306',
  DATABASE_REPLICA_URLS: 'mysql://127.0.0.1:3307, mysql://127.0.0.1:3308',
  USERS_DB_PASSWORD: 'a',
  USERS_DB_RO_PASSWORD: 'b',
  USERS_DB_DDL_PASSWORD: 'c',
  USERS_PORT: '4101',
  USERS_ROUTER_SECRET: 'ab'.repeat(32),
  USERS_URL: 'http://127.0.0.1:4101/graphql',
  CARE_URL: 'http://127.0.0.1:4102/graphql',
  PHARMACY_URL: 'http://127.0.0.1:4103/graphql',
  STATS_URL: 'http://127.0.0.1:4104/graphql',
  FIELD_KEYS: JSON.stringify({ active: 'k1', keys: { k1: 'ab'.repeat(32) } }),
  BLIND_INDEX_KEY: 'ab'.repeat(32),
  AUDIT_KEY: 'ab'.repeat(32),
  JWT_PRIVATE_KEY_FILE: '/run/secrets/jwt.pem',
  SERVICE_KEYS: JSON.stringify({ users: 'ab'.repeat(32) }),
  REDIS_STATE_URL: 'redis://127.0.0.1:6379/0',
};

test('a complete environment becomes one typed configuration', () => {
  const config = loadConfig('users', good);
  expect(config).toMatchObject({ name: 'users', mode: 'development', port: 4101 });
  expect(config.database).toMatchObject({
    schema: 'yey_users',
    auditSchema: 'yey_users_audit',
    user: 'yey_users',
    replicaUrls: ['mysql://127.0.0.1:3307', 'mysql://127.0.0.1:3308'],
  });
});

test('one subgraph may have servers of its own', () => {
  const env = {
    ...good,
    USERS_DATABASE_URL: 'mysql://10.0.0.1:3306',
    USERS_DATABASE_REPLICA_URLS: 'mysql://10.0.0.2:3306',
  };
  const { database } = loadConfig('users', env);
  expect(database.primaryUrl).toBe('mysql://10.0.0.1:3306');
  expect(database.replicaUrls).toEqual(['mysql://10.0.0.2:3306']);
});

test('a subgraph with a primary of its own never reads from the replicas of the others', () => {
  const { database } = loadConfig('users', { ...good, USERS_DATABASE_URL: 'mysql://10.0.0.1:3306' });
  expect(database.replicaUrls).toEqual([]);
});

test('a subgraph has the keys of what it keeps for itself, and the shared ones only where it has none', () => {
  const ring = { active: 'k2', keys: { k2: 'cd'.repeat(32) } };
  const env = {
    ...good,
    USERS_FIELD_KEYS: JSON.stringify(ring),
    USERS_AUDIT_KEY: 'ef'.repeat(32),
    CARE_AUDIT_KEY: '12'.repeat(32),
  };
  expect(loadConfig('users', env)).toMatchObject({
    fieldKeys: ring,
    auditKey: env.USERS_AUDIT_KEY,
    blindIndexKey: { current: good.BLIND_INDEX_KEY },
  });
  const { AUDIT_KEY: _, ...without } = env;
  expect(loadConfig('users', without).auditKey).toBe(env.USERS_AUDIT_KEY);
  const { USERS_AUDIT_KEY: __, ...withNone } = without;
  expect(() => loadConfig('users', withNone)).toThrow(AppError);
});

test('Redis can be another for state, for what may be dropped, and for one subgraph', () => {
  expect(loadConfig('users', good)).toMatchObject({
    redisStateUrl: good.REDIS_STATE_URL,
    redisCacheUrl: good.REDIS_STATE_URL,
  });
  const env = {
    ...good,
    REDIS_CACHE_URL: 'redis://10.0.0.3:6379/0',
    USERS_REDIS_STATE_URL: 'redis://10.0.0.4:6379/0',
  };
  const own = { redisStateUrl: env.USERS_REDIS_STATE_URL, redisCacheUrl: env.REDIS_CACHE_URL };
  expect(loadConfig('users', env)).toMatchObject(own);
  const cache = 'redis://10.0.0.5:6379/0';
  expect(loadConfig('users', { ...env, USERS_REDIS_CACHE_URL: cache })).toMatchObject({
    redisCacheUrl: cache,
  });
});

test('a subgraph has a key for each other that it may have to call', () => {
  const key = 'ab'.repeat(32);
  const pairs = { 'care:users': key, 'pharmacy:users': key };
  const load = (keys: object) => loadConfig('users', { ...good, SERVICE_KEYS: JSON.stringify(keys) });
  expect(load({ ...pairs, 'stats:users': key }).serviceKeys).toMatchObject(pairs);
  expect(() => load(pairs)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      params: { problems: 'SERVICE_KEYS: has no key for stats:users' },
    }),
  );
});

test('every variable at fault is named at once', () => {
  const broken = {
    ...good,
    DATABASE_URL: 'postgres://x',
    USERS_PORT: 'eighty',
    USERS_ROUTER_SECRET: '',
    SERVICE_KEYS: '{',
  };
  const attempt = () => loadConfig('users', broken);
  expect(attempt).toThrow(AppError);
  try {
    attempt();
  } catch (error) {
    const { code, params } = error as AppError;
    expect(code).toBe('CONFIG_INVALID');
    for (const name of ['DATABASE_URL', 'USERS_PORT', 'USERS_ROUTER_SECRET', 'SERVICE_KEYS']) {
      expect(params.problems).toContain(name);
    }
  }
});
