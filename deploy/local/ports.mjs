import { randomInt } from 'node:crypto';
import { createServer, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const LOWEST = 15_000;
const HIGHEST = 32_000;

/**
 * A port that is free just now, below the range from which the system takes the ports of outgoing connections: one
 * of those could be taken again before our server listens.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST}`);
}

/** Whether a server could listen there: on every address, and on loopback alone. @param {number} port */
export async function isFree(port) {
  for (const host of [undefined, '127.0.0.1']) {
    const free = await new Promise((resolve) => {
      // Whoever looks for a server there may find this one, and leave with a reset.
      const server = createServer((socket) => socket.on('error', () => undefined).destroy());
      server.on('error', () => resolve(false));
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
    });
    if (!free) return false;
  }
  return true;
}

/** Whether something listens. @param {number} port @param {string} [host] @returns {Promise<boolean>} */
export function isListening(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (/** @type {boolean} */ value) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(3000, () => answer(false));
    socket.once('connect', () => answer(true));
    // Not only once: an error that comes after the answer would end the launcher.
    socket.on('error', () => answer(false));
  });
}

/** Whether a service answers 200. @param {string} url @returns {Promise<boolean>} */
export async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/**
 * Waits until `ready` says so.
 * @param {() => Promise<boolean> | boolean} ready @param {number} timeoutMs @returns {Promise<boolean>}
 */
export async function until(ready, timeoutMs) {
  const end = performance.now() + timeoutMs;
  do {
    if (await ready()) return true;
    await delay(40);
  } while (performance.now() < end);
  return false;
}
