import { alarmsOf } from './alarms.mjs';
import { resolve } from 'node:path';
import { report, SetupError } from './fail.mjs';
import { checkNode, installPackages, ROOT } from './packages.mjs';
import { until } from './ports.mjs';
import { isAlive } from './processes.mjs';
import { say } from './progress.mjs';
import { screen } from './screen.mjs';
import {
  dataDir,
  loadState,
  lock,
  prepareDataDir,
  runningLauncher,
  saveState,
  unlock,
  wipe,
} from './state.mjs';

const HELP = `npm start                 start everything and keep it running; Ctrl-C stops it
npm start -- --fresh      the same, from empty data
npm start -- status       show the addresses and demo accounts of what is running
npm start -- stop         stop what is running
npm start -- sms [PHONE]   show the text messages of the sandbox, such as login codes
npm start -- backup DIR    back up all subgraphs of what is running, as of one moment
npm start -- restore DIR [SUBGRAPH] [--replace] [--check]
                          restore them, or one of them, while nothing is running;
                          with --check look only whether that can be done
npm start -- run WHAT     run a command beside it, such as: run all verify-audit
npm start -- sql          print the SQL for a database server of your own
npm start -- --help       this text

Environment: PORT (4000), YEY_DATA_DIR (.data), MYSQLD (path of a database server program),
DATABASE_URL + DATABASE_REPLICA_URLS and REDIS_STATE_URL (servers of your own)`;

const dir = dataDir();

/**
 * Does work on the data folder while nobody else does.
 * @param {boolean} fresh from empty data @param {(platform: import('./platform.mjs').Platform) => Promise<void>} work
 */
async function alone(fresh, work) {
  checkNode();
  prepareDataDir(dir);
  lock(dir);
  try {
    const state = loadState(dir);
    // What a killed start showed is not true of this one until it is ready.
    delete state.screen;
    saveState(dir, state);
    await installPackages();
    const { endOrphans, Platform } = await import('./platform.mjs');
    await endOrphans(state);
    if (fresh) {
      for (const file of wipe(dir)) say(`set aside: ${file}, which backups of the data that is gone need`);
      Object.assign(state, { ports: {}, migrated: {}, seeded: {} });
    }
    saveState(dir, state);
    await work(new Platform(dir, state));
  } finally {
    unlock(dir);
  }
}

/** @param {string[]} args the folder, subgraphs, flags */
async function restore([folder = '', ...more]) {
  const flags = more.filter((each) => each.startsWith('--'));
  const names = more.filter((each) => !each.startsWith('--'));
  const source = resolve(folder);
  await alone(false, async (platform) => {
    try {
      await platform.restore(source, names, flags);
    } finally {
      await platform.stop();
    }
  });
}

/** Runs until a signal comes; a second one changes nothing, since npm passes on what the terminal sent already. @param {import('./platform.mjs').Platform} platform */
async function keepRunning(platform) {
  /** @type {Promise<'stop'>} */
  const signalled = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve('stop'));
  });
  // A terminal that went away must not end us half way through stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const started = platform.start();
  started.catch(() => undefined);
  try {
    const what = await Promise.race([started, signalled]);
    if (what !== 'stop') {
      console.log(screen(what, `${dir}/logs`));
      // The promise alone would not keep Node alive if every service were between two restarts.
      const alive = setInterval(() => undefined, 60_000);
      await signalled;
      clearInterval(alive);
    }
  } finally {
    say('stopping');
    await platform.stop();
  }
}

async function status() {
  const { screen: shown, ports } = loadState(dir);
  if (!runningLauncher(dir))
    throw new SetupError('NOT_RUNNING', 'nothing is running', 'start it with npm start');
  console.log(shown ? screen(shown, `${dir}/logs`) : 'still starting');
  for (const alarm of await alarmsOf(ports)) console.error(alarm);
}

async function stop() {
  const launcher = runningLauncher(dir);
  if (launcher) {
    process.kill(launcher.pid, 'SIGTERM');
    if (await until(() => !isAlive(launcher), 120_000)) return console.log('stopped');
    throw new SetupError('STOP_FAILED', `process ${launcher.pid} does not end`, `look at ${dir}/logs`);
  }
  const state = loadState(dir);
  const { endOrphans } = await import('./platform.mjs');
  if (Object.keys(state.processes).length > 0 && (await endOrphans(state)) > 0) {
    saveState(dir, state);
    return console.log('stopped what an earlier start had left behind');
  }
  throw new SetupError('NOT_RUNNING', 'nothing is running', 'start it with npm start');
}

async function sql() {
  const { sqlForExistingServer } = await import('./existing.mjs');
  const { loadSecrets } = await import('./secrets.mjs');
  prepareDataDir(dir);
  console.log(
    sqlForExistingServer({ ...loadSecrets(dir), .../** @type {Record<string, string>} */ (process.env) }),
  );
}

/** @param {string[]} args */
async function main(args) {
  const [first, ...more] = args;
  if (first === '--help' || first === 'help') return console.log(HELP);
  if (more.length === 0 && (first === undefined || first === 'start' || first === '--fresh')) {
    return alone(first === '--fresh', keepRunning);
  }
  if (more.length === 0 && first === 'status') return status();
  if (more.length === 0 && first === 'stop') return stop();
  if (more.length === 0 && first === 'sql') return sql();
  if (first === 'sms' && more.length < 2) {
    const { printMessages } = await import('./command.mjs');
    return printMessages(dir, more[0]);
  }
  if (first === 'backup' && more.length === 1) {
    const { backUp } = await import('./backup.mjs');
    return backUp(dir, more[0] ?? '');
  }
  if (first === 'restore' && more.length > 0 && !more[0]?.startsWith('-')) return restore(more);
  if (first === 'run') {
    const { runSubgraphCommand } = await import('./command.mjs');
    return runSubgraphCommand(dir, more);
  }
  throw new SetupError('USAGE', `unknown: ${args.join(' ')}`, `in ${ROOT} use one of\n${HELP}`);
}

await main(process.argv.slice(2)).catch(report);
// A server that a failed start could not end in time must not keep the launcher here.
process.exit(process.exitCode);
