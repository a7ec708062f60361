import { readFileSync } from 'node:fs';

// Given to Node by `--import`, with `?file=`: the wall clock of the process is off by as many ms as stand in a file, from
// the moment at which they stand there. The monotonic clock and timers stay as they are, as they do on a machine.
const file = new URL(import.meta.url).searchParams.get('file');
const LOOK_MS = 20;

if (file) {
  const Real = Date;
  let offset = 0;
  let lookedAt = -Infinity;
  const now = () => {
    if (performance.now() - lookedAt >= LOOK_MS) {
      lookedAt = performance.now();
      try {
        offset = Number(readFileSync(file, 'utf8')) || 0;
      } catch {
        offset = 0;
      }
    }
    return Real.now() + offset;
  };
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
    apply: () => new Real(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
}
