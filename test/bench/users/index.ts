import { benchVerify } from './verify.ts';

const figures: Record<string, (place: { url: string; dir: string }) => Promise<void>> = {
  verify: ({ dir }) => benchVerify(dir),
};

/** What users costs beside the cryptography and the statements that it cannot do without. */
export async function benchUsers(
  place: { url: string; dir: string },
  only: readonly string[],
): Promise<void> {
  for (const [name, bench] of Object.entries(figures)) {
    if (only.length === 0 || only.includes(name)) await bench(place);
  }
}
