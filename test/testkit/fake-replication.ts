import type { DataSource } from 'typeorm';
import { ReplicaSet } from '../../shared/db/replica-set.ts';

/** How often a process looks, ms. */
const LOOK_EVERY_MS = 300;

/** A primary and one replica that answer at once, by a clock that stands still unless it is moved. */
export interface FakeReplication {
  readonly set: ReplicaSet;
  /** Moves the clock by so many ms, with the looks that a process has meanwhile. */
  readonly pass: (ms: number) => Promise<void>;
  /** Which statements the primary answers. */
  primaryAnswers: 'all' | 'others' | 'none';
  /** Whether the replica applies what the primary has. */
  isApplying: boolean;
  /** How late it applies, ms. */
  delayMs: number;
}

export function fakeReplication(maxLagMs: number): FakeReplication {
  let now = 0;
  let nextLook = LOOK_EVERY_MS;
  let beat = 100;
  /** When the primary had each beat. */
  const history: { at: number; beat: number }[] = [{ at: Number.NEGATIVE_INFINITY, beat }];
  let applied = beat;
  const onPrimary = (sql: string): unknown => {
    const isHeartbeat = sql.includes('replication_heartbeat');
    if (fake.primaryAnswers === 'none' || (isHeartbeat && fake.primaryAnswers === 'others')) {
      throw new Error('does not answer');
    }
    if (!sql.startsWith('UPDATE')) return [{ beat: String(beat) }];
    beat += 1;
    history.push({ at: now, beat });
    return { affectedRows: 1 };
  };
  const onReplica = (): unknown => {
    const due = history.findLast(({ at }) => at <= now - fake.delayMs);
    if (fake.isApplying && due !== undefined) applied = Math.max(applied, due.beat);
    return [{ beat: String(applied) }];
  };
  const fake: FakeReplication = {
    set: new ReplicaSet({
      topology: { replicas: async () => ['mysql://replica:3306'] },
      primary: sourceOf(onPrimary),
      connect: () => sourceOf(onReplica),
      maxLagMs,
      now: () => now,
    }),
    pass: async (ms) => {
      for (const end = now + ms; now < end;) {
        now = Math.min(end, nextLook);
        if (now < nextLook) continue;
        nextLook += LOOK_EVERY_MS;
        await fake.set.look();
      }
    },
    primaryAnswers: 'all',
    isApplying: true,
    delayMs: 0,
  };
  return fake;
}

type Done = (error: Error | null, result?: unknown) => void;

/** What connects to a server that answers by a function, or fails as it throws. */
function sourceOf(answer: (sql: string) => unknown): DataSource {
  const query = (sql: string, _values: unknown[], done: Done) => {
    try {
      done(null, answer(sql));
    } catch (error) {
      done(error as Error);
    }
  };
  const connection = { query, destroy: () => undefined };
  const source = {
    isInitialized: true,
    createQueryRunner: () => ({ connect: async () => connection }),
    destroy: async () => undefined,
  };
  return source as unknown as DataSource;
}
