import { logger } from './logger.ts';

/**
 * Ends the process after an error that nobody caught, once it is logged: what it was doing is half done, and nobody
 * knows in which state it is. Whoever supervises it starts another one. This replaces no handler: it is for bugs.
 */
export function exitOnUncaught(): void {
  process.on('uncaughtException', (error, origin) => {
    logger().fatal({ err: error, origin }, 'uncaught error; the process ends');
    process.exit(1);
  });
}
