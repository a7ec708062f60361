export interface Sample {
  readonly at: Date;
  readonly value: number;
}

export interface Bucket {
  readonly at: Date;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly last: number;
}

const DECIMALS = 4;

/** How wide, in seconds, the buckets are of which no more than `points` cover the time from `from` to `to`. */
export function bucketSeconds(from: Date, to: Date, points: number): number {
  return Math.max(1, Math.ceil((to.getTime() - from.getTime()) / 1000 / points));
}

/**
 * Sums up samples by buckets of time that begin at `from`; an empty bucket is left out. The same samples give the
 * same answer in whatever order they come but for those of one instant, of which the later one is the last.
 * @param samples none before `from`, in the order of time. @param seconds width of a bucket
 */
export function downsample(samples: readonly Sample[], from: Date, seconds: number): Bucket[] {
  const width = seconds * 1000;
  const buckets: Bucket[] = [];
  let sum = 0;
  for (const { at, value } of samples) {
    const start = from.getTime() + Math.floor((at.getTime() - from.getTime()) / width) * width;
    const open = buckets.at(-1);
    const isNew = open?.at.getTime() !== start;
    sum = isNew ? value : sum + value;
    const count = isNew ? 1 : open.count + 1;
    const bucket = {
      at: new Date(start),
      count,
      min: isNew ? value : Math.min(open.min, value),
      max: isNew ? value : Math.max(open.max, value),
      mean: Number((sum / count).toFixed(DECIMALS)),
      last: value,
    };
    buckets.splice(isNew ? buckets.length : buckets.length - 1, 1, bucket);
  }
  return buckets;
}
