import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';

export interface ClockOfProcesses {
  /** With which a process runs by this clock. */
  readonly env: Record<string, string>;
  /** Steps the clock: so many ms ahead of the machine's, or behind it. */
  readonly step: (offsetMs: number) => void;
  readonly drop: () => void;
}

/** A wall clock for child processes that a test steps while they run. */
export function clockOfProcesses(offsetMs = 0): ClockOfProcesses {
  const dir = mkdtempSync(`${tmpdir()}/yey-clock-`);
  const file = `${dir}/offset`;
  const step = (ms: number) => {
    writeFileSync(`${file}.next`, String(ms));
    renameSync(`${file}.next`, file);
  };
  step(offsetMs);
  // In the address: a service of the platform is given the variables alone that it reads.
  const shim = pathToFileURL('test/testkit/jumping-clock.mjs');
  shim.searchParams.set('file', file);
  return {
    env: { NODE_OPTIONS: `--import=${shim.href}` },
    step,
    drop: () => rmSync(dir, { recursive: true, force: true }),
  };
}
