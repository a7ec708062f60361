import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that start platforms of their own; begun last, they would keep one worker busy long after the other. */
const SLOW = /\/test\/(fault|deploy|upgrade)\//;

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => Number(SLOW.test(moduleId));
    return sorted.toSorted((a, b) => isSlow(b) - isSlow(a));
  }
}

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
    sequence: { sequencer: SlowFirst },
    env: { SQL_LOG_LEVEL: 'silent' },
  },
});
