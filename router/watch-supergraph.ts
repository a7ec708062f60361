import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { logger } from '../shared/logging/logger.ts';

/**
 * Applies each change of the supergraph's file, one after the other.
 * @param apply throws for a supergraph that can't be used; the old one stays then
 * @returns ends the watch
 */
export function watchSupergraph(file: string, apply: (sdl: string) => Promise<void>): () => void {
  let last = Promise.resolve();
  const change = async (): Promise<void> => {
    try {
      await apply(readFileSync(file, 'utf8'));
      logger().info('supergraph replaced');
    } catch (error) {
      logger().error({ err: error }, 'the new supergraph is refused, the old one stays');
    }
  };
  watchFile(file, { interval: 1000, persistent: false }, () => {
    last = last.then(change);
  });
  return () => unwatchFile(file);
}
