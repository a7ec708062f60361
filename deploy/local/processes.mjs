import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { until } from './ports.mjs';

/** A process told apart from a later one with the same number. @typedef {{pid: number, start: string}} Identity */

const HAS_PROC = existsSync('/proc/self/stat');

/** When a process began, unique for its number; undefined when it has ended. @param {number} pid */
export function startOf(pid) {
  if (!HAS_PROC) {
    const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.trim() || undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything, so the fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** @param {number} pid @returns {Identity} */
export function identify(pid) {
  return { pid, start: startOf(pid) ?? '' };
}

/** @param {Identity | undefined} identity */
export function isAlive(identity) {
  return identity !== undefined && identity.start !== '' && startOf(identity.pid) === identity.start;
}

/** Signals a whole process group, but never another process that got the number later. @param {Identity} leader @param {NodeJS.Signals} signal */
export function signalGroup(leader, signal) {
  if (!isAlive(leader)) return;
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // It ended in between.
  }
}

/** Ends a process group: politely first, by force after the grace time. @param {Identity} leader @param {number} graceMs */
export async function endGroup(leader, graceMs) {
  signalGroup(leader, 'SIGTERM');
  if (await until(() => !isAlive(leader), graceMs)) return;
  signalGroup(leader, 'SIGKILL');
  await until(() => !isAlive(leader), 5000);
}
