import type { TestProject } from 'vitest/node';
import { hospitalProvider } from './hospital-provider.ts';
import { looseLimits } from './loose-limits.ts';
import { freePort, startPlatform } from './platform.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    platformUrl: string;
    platformDir: string;
    /** Where the test that wants it runs the provider of OpenID Connect that the platform knows. */
    oidcPort: number;
  }
}

/** One platform for all tests that only use it; those that break it start their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const oidcPort = await freePort();
  const { url, dir, stop } = await startPlatform({
    ...looseLimits,
    OIDC_PROVIDERS: JSON.stringify([hospitalProvider(oidcPort)]),
  });
  project.provide('platformUrl', url);
  project.provide('platformDir', dir);
  project.provide('oidcPort', oidcPort);
  return stop;
}
