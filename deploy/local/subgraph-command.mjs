import { SetupError } from './fail.mjs';
import { run } from './packages.mjs';
import { processEnvironment } from './process-environment.mjs';
import { subgraphArgs } from './services.mjs';

/**
 * Fills the schemas of a subgraph.
 * @param {string} name @param {string} command `migrate`, `seed`, or both joined by `+`
 * @param {Record<string, string>} env of the platform @returns {Promise<void>} rejects with START_FAILED
 */
export async function fillSubgraph(name, command, env) {
  const failure = await runCommand(name, [command], env);
  if (failure === undefined) return;
  const remedy = 'mend the cause above; start from empty data with npm start -- --fresh';
  throw new SetupError('START_FAILED', failure, remedy);
}

/**
 * Restores a subgraph, or looks whether it can be.
 * @param {string} name @param {string[]} args of the command
 * @param {Record<string, string>} env of the platform @returns {Promise<void>} rejects with RESTORE_FAILED
 */
export async function restoreSubgraph(name, args, env) {
  const failure = await runCommand(name, ['restore', ...args], env);
  if (failure === undefined) return;
  const remedy = 'mend the cause above, then run the restore again with --replace';
  throw new SetupError('RESTORE_FAILED', failure, remedy);
}

/** Undefined when it went well. @param {string} name @param {string[]} command @param {Record<string, string>} env */
async function runCommand(name, [command = '', ...args], env) {
  const { code, output } = await run(process.execPath, [...subgraphArgs(name, command), ...args], {
    env: processEnvironment(name, env, 'command'),
  });
  if (code === 0) return undefined;
  return `${name} ${command} ended with code ${code}\n${output.trim().split('\n').slice(-12).join('\n')}`;
}
