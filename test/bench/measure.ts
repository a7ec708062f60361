import { setTimeout as delay } from 'node:timers/promises';

/** One thing measured against the bare work that it cannot do without. */
export interface Figure {
  readonly name: string;
  /** The least part of the baseline's throughput that will do; undefined for what is told only to compare. */
  readonly goal?: number;
  readonly ours: Side;
  /** What the baseline is, for the report. */
  readonly against: string;
  readonly baseline: Side;
  /** How many are under way at once. */
  readonly atOnce: number;
}

/** Does it once; `turn` is another one each time. */
export type Side = (turn: number) => Promise<unknown>;

const ROUNDS = 5;
const ROUND_MS = 2000;
/** A server that lives for days is measured as it is once its code is compiled, ms. */
const WARM_MS = 6000;

let turns = 0;

/** How often a side is done in a second, `atOnce` at a time. */
async function rateOf(side: Side, atOnce: number, ms: number): Promise<number> {
  const began = performance.now();
  let done = 0;
  const work = async () => {
    while (performance.now() - began < ms) {
      await side((turns += 1));
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (done * 1000) / (performance.now() - began);
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Measures both sides in turn, so that a slow minute of the machine is one of both; the last line tells the ratio. */
export async function measure(figure: Figure): Promise<void> {
  const { name, goal, ours, baseline, against, atOnce } = figure;
  for (const side of [ours, baseline]) await rateOf(side, atOnce, WARM_MS);
  const rounds: { ours: number; baseline: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sides = {
      ours: await rateOf(ours, atOnce, ROUND_MS),
      baseline: await rateOf(baseline, atOnce, ROUND_MS),
    };
    rounds.push(sides);
    await delay(100);
  }
  const rate = (side: 'ours' | 'baseline') => median(rounds.map((each) => each[side])).toFixed(0);
  console.log(
    `${name}: ${rate('ours')}/s; ${against}: ${rate('baseline')}/s (${atOnce} at once, median of ${ROUNDS})`,
  );
  const ratio = median(rounds.map((each) => each.ours / each.baseline));
  console.log(
    goal === undefined
      ? `${name} is ${ratio.toFixed(3)} of it`
      : `ratio ${name} ${ratio.toFixed(3)} goal ${goal}`,
  );
}
