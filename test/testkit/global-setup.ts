import type { TestProject } from 'vitest/node';
import { startPlatform } from './platform.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    platformUrl: string;
    platformDir: string;
  }
}

/** One platform for all tests that only use it; those that break it start their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, dir, stop } = await startPlatform();
  project.provide('platformUrl', url);
  project.provide('platformDir', dir);
  return stop;
}
