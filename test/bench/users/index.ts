import { benchLogin } from './login.ts';
import { benchMe } from './me.ts';
import { benchSearch } from './search.ts';
import { benchVerify } from './verify.ts';

const figures: Record<string, (place: { url: string; dir: string }) => Promise<void>> = {
  login: ({ dir }) => benchLogin(dir),
  verify: ({ dir }) => benchVerify(dir),
  me: benchMe,
  // Last, since a million rows are in the way of the others.
  search: ({ dir }) => benchSearch(dir),
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
