import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/testkit/global-setup.ts'],
    maxWorkers: 2,
    pool: 'forks',
  },
});
