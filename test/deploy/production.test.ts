import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const DEVELOPMENT = { DEMO_FILE: '/tmp/demo.json', SANDBOX_URL: 'http://127.0.0.1:1', SANDBOX_PORT: '1' };

function run(args: string[], extra: NodeJS.ProcessEnv) {
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { PATH: process.env.PATH, YEY_MODE: 'production', ...extra },
    encoding: 'utf8',
  });
  return { status, stderr };
}

const entries = [
  ...['users', 'care', 'pharmacy', 'stats'].map((name) => [name, [`dist/bundle/${name}.js`]] as const),
  ['router', ['dist/bundle/router.js']] as const,
];

test.each(entries)(
  '%s in production names all that it refuses and all that is missing at once',
  (name, args) => {
    const { status, stderr } = run([...args], { ...DEVELOPMENT, USERS_URL: 'ftp://users' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^CONFIG_INVALID: /m);
    for (const variable of Object.keys(DEVELOPMENT)) {
      expect(stderr).toContain(`${variable}: is for development only`);
    }
    expect(stderr).toContain('USERS_URL: must be an http:// address');
    const missing = name === 'router' ? 'CARE_ROUTER_SECRET' : `${name.toUpperCase()}_DB_PASSWORD`;
    expect(stderr).toContain(`${missing}: `);
  },
);

test.each(entries.slice(0, 4))('%s in production takes no demo data', (_name, [entry]) => {
  const { status, stderr } = run([entry, 'seed'], {});
  expect(status).toBe(1);
  expect(stderr).toMatch(/^CONFIG_INVALID: .*seed/m);
});

test('the sandbox does not run in production', () => {
  const { status, stderr } = run(['deploy/sandbox/index.mjs'], { SANDBOX_PORT: '1' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^CONFIG_INVALID: .*sandbox/m);
});
