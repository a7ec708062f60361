import { spawnSync } from 'node:child_process';
import { SetupError } from './fail.mjs';
import { ROOT } from './packages.mjs';
import { platformEnvironment } from './platform-environment.mjs';
import { processEnvironment } from './process-environment.mjs';
import { loadSecrets } from './secrets.mjs';
import { builtSubgraphs, subgraphArgs } from './services.mjs';
import { loadState, runningLauncher } from './state.mjs';

/**
 * Runs a command of one subgraph, or of `all` of them, beside the platform that is running.
 * @param {string} dir @param {string[]} args the subgraph, the command and its arguments
 */
export function runSubgraphCommand(dir, [which = '', ...command]) {
  const names = which === 'all' ? builtSubgraphs() : builtSubgraphs().filter((name) => name === which);
  if (names.length === 0 || command.length === 0) {
    throw new SetupError(
      'USAGE',
      `unknown: run ${[which, ...command].join(' ')}`,
      'npm start -- run <users|care|pharmacy|stats|all> <command>, such as: npm start -- run all verify-audit',
    );
  }
  if (!runningLauncher(dir))
    throw new SetupError('NOT_RUNNING', 'nothing is running', 'start it with npm start');
  const state = loadState(dir);
  const port = Number(new URL(state.screen?.url ?? 'http://127.0.0.1:4000').port);
  const env = {
    ...platformEnvironment({ dir, state, secrets: loadSecrets(dir), port }),
    LOG_LEVEL: 'error',
    SQL_LOG_LEVEL: 'silent',
  };
  for (const name of names) {
    const [first = '', entry = ''] = subgraphArgs(name, 'serve');
    const { status } = spawnSync(process.execPath, [first, entry, ...command], {
      cwd: ROOT,
      env: processEnvironment(name, env, 'command'),
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = status ?? 1;
  }
}

/**
 * Prints the text messages that the sandbox has received, the latest last.
 * @param {string} dir @param {string | undefined} phone only those to this number, E.164
 */
export async function printMessages(dir, phone) {
  const { screen } = loadState(dir);
  if (!runningLauncher(dir) || !screen?.sandboxUrl)
    throw new SetupError('NOT_RUNNING', 'no sandbox is running', 'start it with npm start');
  const query = phone === undefined ? '' : `?phone=${encodeURIComponent(phone)}`;
  const response = await fetch(`${screen.sandboxUrl}/sms.json${query}`);
  /** @type {{at: string, phone: string, text: string}[]} */
  const messages = await response.json();
  for (const { at, phone: to, text } of messages.toReversed()) console.log(`${at}  ${to}  ${text}`);
}
