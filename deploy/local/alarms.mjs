import { SUBGRAPHS } from './environment.mjs';

/**
 * What the subgraphs that run say needs somebody's attention, a line each.
 * @param {Record<string, number>} ports of the services @returns {Promise<string[]>}
 */
export async function alarmsOf(ports) {
  const found = await Promise.all(
    SUBGRAPHS.map(async (name) => {
      if (ports[name] === undefined) return [];
      /** @type {{waiting?: Record<string, string>, warnings?: Record<string, string>}} */
      const ready = await fetch(`http://127.0.0.1:${ports[name]}/readyz`, {
        signal: AbortSignal.timeout(3000),
      })
        .then((response) => response.json())
        .catch(() => ({}));
      return Object.entries({ ...ready.warnings, ...ready.waiting }).map(
        ([what, problem]) => `${name}: ${what}: ${problem}`,
      );
    }),
  );
  return found.flat();
}
