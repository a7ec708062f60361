import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The copy that Apollo's packages load: two copies of graphql refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/testkit/global-setup.ts'],
    maxWorkers: 2,
    pool: 'forks',
    env: { SQL_LOG_LEVEL: 'silent' },
  },
});
