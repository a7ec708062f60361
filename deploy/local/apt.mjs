import { spawnSync } from 'node:child_process';
import { find } from './programs.mjs';
import { run } from './packages.mjs';

// Debian starts a service when its package is installed; a policy of 101 tells it not to. One that stands is kept.
const SCRIPT = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
  trap 'rm -f $policy' EXIT
  trap 'exit 130' INT TERM HUP
fi
apt-get update -q || echo 'apt-get update failed, trying with the lists of the last time'
apt-get install -y -q --no-install-recommends "$@"
`;

/** Whether this user may install system packages here. */
export function mayInstall() {
  if (!find(['apt-get'])) return false;
  return process.getuid?.() === 0 || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
}

/** Installs system packages without starting their services. @param {string[]} packages */
export function installSystemPackages(packages) {
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', SCRIPT, 'sh', ...packages];
  const [program = 'env', ...args] = process.getuid?.() === 0 ? command : ['sudo', '-n', ...command];
  return run(program, args);
}
