import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostileConnection } from './hostile-requests.ts';

const AT_ONCE = 50;
/** What a connection that only waits gets, ms. */
const PATIENCE_MS = 60;

/** Opens all of them at a port of loopback, many at once. @returns how many the server let in */
export async function attack(port: number, connections: readonly HostileConnection[]): Promise<number> {
  const left = connections[Symbol.iterator]();
  let connected = 0;
  const worker = async () => {
    for (const each of left) if (await open(port, each)) connected += 1;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return connected;
}

/** @returns whether the connection was taken */
function open(port: number, { parts, ending }: HostileConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let isTaken = false;
    socket.setNoDelay(true);
    socket.on('error', () => undefined).on('close', () => resolve(isTaken));
    socket.on('data', () => {
      if (ending === 'reset-at-answer') socket.resetAndDestroy();
    });
    socket.on('connect', () => {
      isTaken = true;
      const send = async () => {
        for (const part of parts) await new Promise<void>((sent) => socket.write(part, () => sent()));
        if (ending === 'reset') socket.resetAndDestroy();
        if (ending === 'end') socket.end();
        await delay(ending === 'reset-soon' ? Math.random() * 3 : PATIENCE_MS);
        if (!socket.destroyed) socket.resetAndDestroy();
      };
      void send();
    });
  });
}

export interface HealthWatch {
  /** Ends the watch. @returns how often it asked, what it missed, and the longest answer, ms */
  readonly end: () => Promise<{ asked: number; missed: string[]; slowestMs: number }>;
}

/** Asks `/healthz` again and again, over a connection of its own each time. */
export function watchHealth(url: string): HealthWatch {
  const missed: string[] = [];
  let asked = 0;
  let slowestMs = 0;
  const ending = new AbortController();
  const watch = async () => {
    while (!ending.signal.aborted) {
      const began = performance.now();
      const answer = await health(url);
      asked += 1;
      slowestMs = Math.max(slowestMs, performance.now() - began);
      if (answer !== '200') missed.push(answer);
      await delay(10);
    }
  };
  const watching = watch();
  return {
    end: async () => {
      ending.abort();
      await watching;
      return { asked, missed, slowestMs };
    },
  };
}

function health(url: string): Promise<string> {
  return new Promise((resolve) => {
    const call = request(`${url}/healthz`, { agent: false, timeout: 5000 }, (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode)));
      response.on('error', (error) => resolve(String(error)));
    });
    call.on('error', (error) => resolve(String(error)));
    call.on('timeout', () => call.destroy(new Error('no answer within 5 s')));
    call.end();
  });
}
