import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** @param {() => T} read @template T @returns {T | undefined} */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The sockets (by inode) that listen on a port. @param {number} port */
function listening(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (attempt(() => readFileSync(table, 'utf8')) ?? '').split('\n')) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && local?.endsWith(`:${hex}`)) inodes.add(`socket:[${inode}]`);
    }
  }
  return inodes;
}

/**
 * Names the process that listens on a port, as far as the system lets this user see it.
 * @param {number} port @returns {string | undefined} such as "process 4711 (node server.js)"
 */
export function portOwner(port) {
  if (!existsSync('/proc/net/tcp')) return undefined;
  const sockets = listening(port);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
      if (!target || !sockets.has(target)) continue;
      const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
      return `process ${pid} (${command.split('\0').join(' ').trim().slice(0, 120)})`;
    }
  }
  return undefined;
}
