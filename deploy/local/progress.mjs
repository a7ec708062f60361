/**
 * Shows one line for one step of work: its title, a dot every two seconds, and how long it took.
 * @template T @param {string} title @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function step(title, work) {
  const began = performance.now();
  process.stderr.write(`  ${title} `);
  const tick = setInterval(() => process.stderr.write('.'), 2000);
  try {
    const result = await work();
    process.stderr.write(` ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write(' failed\n');
    throw error;
  } finally {
    clearInterval(tick);
  }
}

/** Says something that is worth a line of its own. @param {string} line */
export function say(line) {
  process.stderr.write(`  ${line}\n`);
}
