import { logger } from '../logging/logger.ts';
import { exitOnUncaught } from '../logging/uncaught.ts';
import { AppError } from '../errors/app-error.ts';
import { messageOf } from '../errors/catalogue.ts';

/** What fills a database with people and things that do not exist. */
const DEVELOPMENT_ONLY = ['seed'];

/**
 * Runs one of a subgraph's commands, or `migrate+seed` one after the other: a process takes longer to begin than
 * either of them. A failure prints its code and remedy and exits non-zero.
 */
export async function runCommand(
  commands: Record<string, (args: string[]) => Promise<(() => Promise<void>) | void>>,
): Promise<void> {
  exitOnUncaught();
  const [name = 'serve', ...args] = process.argv.slice(2);
  const names = name.split('+');
  const unknown = names.find((each) => !Object.hasOwn(commands, each));
  if (unknown !== undefined) {
    console.error(`USAGE: unknown command ${unknown}; there are ${Object.keys(commands).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  try {
    if (names.some((each) => DEVELOPMENT_ONLY.includes(each)) && process.env.YEY_MODE === 'production') {
      throw new AppError('CONFIG_INVALID', {
        problems: `YEY_MODE: ${name} is for development only, production takes no demo data`,
      });
    }
    for (const each of names) {
      const stop = await commands[each]?.(args);
      if (stop) stopOnSignal(stop);
    }
  } catch (error) {
    if (error instanceof AppError)
      console.error(`${error.code}: ${messageOf(error.code, error.params, 'en')}`);
    else logger().fatal({ err: error }, `${name} failed`);
    process.exit(1);
  }
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) return;
    stopping = true;
    void stop()
      .catch((error: unknown) => logger().error({ err: error }, 'stopping failed'))
      .finally(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
