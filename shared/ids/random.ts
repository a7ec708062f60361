import { randomFillSync } from 'node:crypto';

const pool = new Uint8Array(4096);
let used = pool.length;

/**
 * One of 256 fractions from 0 to below 1, by the system's generator. An identifier takes sixteen of them: asked for
 * one by one they would cost more than all the rest of it.
 */
export function randomFraction(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return (pool[used++] ?? 0) / 256;
}
