import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { accountsSql, execute, schemasSql } from './accounts.mjs';
import { cloneData, initialise, isHalfMade } from './database.mjs';
import { ensureEngines } from './engines.mjs';
import { databaseOf, SUBGRAPHS } from './environment.mjs';
import { checkDatabases, checkRedis } from './existing.mjs';
import { SetupError } from './fail.mjs';
import { build, endPrograms } from './packages.mjs';
import { ownServers, platformEnvironment } from './platform-environment.mjs';
import { portOwner } from './port-owner.mjs';
import { freePort, isFree } from './ports.mjs';
import { endGroup, isAlive } from './processes.mjs';
import { say, step } from './progress.mjs';
import { replicate } from './replication.mjs';
import { loadSecrets } from './secrets.mjs';
import * as services from './services.mjs';
import { saveState } from './state.mjs';
import { fillSubgraph, restoreSubgraph } from './subgraph-command.mjs';
import { Supervisor } from './supervisor.mjs';

const READY_MS = 60_000;

/** Ends what a launcher that was killed left behind, in order. @param {import('./state.mjs').State} state */
export async function endOrphans(state) {
  const left = services.STOP_ORDER.filter((name) => isAlive(state.processes[name]));
  if (left.length > 0) say(`ending what an earlier start left behind: ${left.join(', ')}`);
  for (const name of left) {
    const identity = state.processes[name];
    if (identity) await endGroup(identity, 30_000);
  }
  state.processes = {};
  return left.length;
}

/** The port of the router. @returns {Promise<number>} */
async function routerPort() {
  const port = Number(process.env.PORT || 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new SetupError(
      'PORT_INVALID',
      `PORT=${process.env.PORT} is not a port`,
      'give a number from 1 to 65535',
    );
  }
  if (await isFree(port)) return port;
  const owner = portOwner(port) ?? 'another process';
  throw new SetupError(
    'PORT_TAKEN',
    `port ${port} is used by ${owner}`,
    `choose another: PORT=${port + 1} npm start`,
  );
}

/** Everything of one installation, from its data folder to its router. */
export class Platform {
  #supervisor;
  #aborted = false;

  /** @param {string} dir @param {import('./state.mjs').State} state */
  constructor(dir, state) {
    this.dir = dir;
    this.isProduction = process.env.YEY_MODE === 'production';
    this.state = state;
    this.#supervisor = new Supervisor({
      logDir: `${dir}/logs`,
      say,
      record: (name, identity) => {
        if (identity) state.processes[name] = identity;
        else delete state.processes[name];
        saveState(dir, state);
      },
    });
  }

  /** Finds servers, ports and secrets, builds, and starts what holds the data. */
  async #startData() {
    const { dir, state } = this;
    const own = ownServers();
    const found = await ensureEngines(own);
    const port = await routerPort();
    await this.#choosePorts();
    const secrets = loadSecrets(dir);
    const env = platformEnvironment({ dir, state, secrets, port });
    this.admin = {
      password: secrets.ADMIN_DB_PASSWORD ?? '',
      // MySQL takes 32 characters for this account, and no more.
      replication: (secrets.REPLICATION_DB_PASSWORD ?? '').slice(0, 32),
    };
    mkdirSync(`${dir}/files`, { recursive: true });

    const engines = this.#engines(own, found, env);
    engines.catch(() => undefined);
    const hash = await step('building', build);
    await step('starting database and Redis', () => engines);
    this.#check();
    return { env, hash, port };
  }

  /** Brings everything up, and answers when all of it is ready. */
  async start() {
    const { dir, state } = this;
    const { env, hash, port } = await this.#startData();
    const names = services.builtSubgraphs();
    await this.#fill(names, hash, env);
    this.#check();
    await step('starting services', async () => {
      const first = names.map((name) => services.subgraphService(name, env));
      if (this.#hasSandbox()) first.push(services.sandboxService(env));
      for (const service of first) this.#supervisor.start(service);
      await Promise.all(first.map(({ name }) => this.#supervisor.ready(name, READY_MS)));
      this.#check();
      this.#supervisor.start(services.routerService(env));
      await this.#supervisor.ready('router', READY_MS);
    });
    state.screen = {
      url: `http://127.0.0.1:${port}`,
      sandboxUrl: env.SANDBOX_URL,
      demoFile: env.DEMO_FILE ?? '',
    };
    saveState(dir, state);
    return state.screen;
  }

  /**
   * Restores subgraphs while none of them runs; the data servers are left running for {@link stop}.
   * @param {string} folder a backup @param {string[]} wanted names of subgraphs; none means all
   * @param {string[]} flags for the command
   */
  async restore(folder, wanted, flags) {
    const { env } = await this.#startData();
    const unknown = wanted.filter((name) => !services.builtSubgraphs().includes(name));
    if (unknown.length > 0)
      throw new SetupError('USAGE', `unknown: ${unknown.join(' ')}`, `one of ${SUBGRAPHS.join(', ')}`);
    const names = wanted.length > 0 ? wanted : services.builtSubgraphs();
    const together = wanted.length > 0 ? [] : ['--together', randomBytes(16).toString('hex')];
    const args = [folder, ...flags.filter((each) => each !== '--check'), ...together];
    // One that can't be restored is known of before the first is replaced.
    await step('checking the backup', () =>
      Promise.all(names.map((name) => restoreSubgraph(name, [...args, '--check'], env))),
    );
    if (flags.includes('--check')) return;
    for (const name of names) {
      await step(`restoring ${name}`, () => restoreSubgraph(name, args, env));
      // Its migrations have run; demo data is not filled into what was restored.
      this.state.seeded[name] = this.#placeOf(name, env);
      saveState(this.dir, this.state);
    }
  }

  #hasSandbox() {
    return !this.isProduction && services.hasSandbox();
  }

  /** The database that is run here, by its address. */
  #privateDatabase() {
    return `mysql://127.0.0.1:${this.state.ports.primary}`;
  }

  /** Where the rows of a subgraph are; the port of the private server may change. @param {string} name @param {Record<string, string>} env */
  #placeOf(name, env) {
    const url = databaseOf(env, name);
    return url === this.#privateDatabase() ? 'private' : url;
  }

  #check() {
    if (this.#aborted) throw new SetupError('STOPPED', 'the start was interrupted', 'run npm start again');
  }

  async #choosePorts() {
    const { ports } = this.state;
    for (const name of ['primary', 'replica', 'redis', ...SUBGRAPHS, 'sandbox']) {
      const kept = ports[name];
      if (kept === undefined || !(await isFree(kept))) ports[name] = await freePort();
    }
    saveState(this.dir, this.state);
  }

  /**
   * @param {{database: boolean, redis: boolean}} own
   * @param {{engine?: import('./engines.mjs').Engine, redis?: string}} found @param {Record<string, string>} env
   */
  async #engines(own, found, env) {
    const { dir, state } = this;
    const supervisor = this.#supervisor;
    if (own.redis && found.redis) {
      supervisor.start(
        services.redisService(found.redis, { dir: `${dir}/redis`, port: state.ports.redis ?? 0 }),
      );
      await supervisor.ready('redis', READY_MS);
    }
    await checkRedis(env, own.redis ? env.REDIS_STATE_URL : undefined);
    if (!own.database || !found.engine) return checkDatabases(env);
    const pair = this.#servers(found.engine);
    this.#check();
    for (const server of pair) supervisor.start(services.databaseService(server));
    await Promise.all(pair.map(({ role }) => supervisor.ready(role, READY_MS)));
    await replicate(pair[0], pair[1], this.admin?.replication ?? '');
    await execute(pair[0].port, pair[0].adminPassword, [...accountsSql(env), ...schemasSql(env)]);
    await checkDatabases(env, this.#privateDatabase());
  }

  /** Makes the data folders that are not there. @param {import('./engines.mjs').Engine} engine @returns {[import('./database.mjs').Server, import('./database.mjs').Server]} */
  #servers(engine) {
    const { dir, state } = this;
    const adminPassword = this.admin?.password ?? '';
    for (const role of ['primary', 'replica']) {
      if (isHalfMade(`${dir}/${role}`))
        say(`DATA_HALF_MADE: ${dir}/${role} was never finished and is made anew`);
    }
    const made = initialise(engine, `${dir}/primary`);
    if (made) {
      state.migrated = {};
      state.seeded = {};
    }
    if (made || !existsSync(`${dir}/replica/ready`)) {
      cloneData(engine, `${dir}/primary`, `${dir}/replica`);
    }
    const server = (/** @type {'primary' | 'replica'} */ role) => ({
      engine,
      dir: `${dir}/${role}`,
      port: state.ports[role] ?? 0,
      role,
      adminPassword,
    });
    return [server('primary'), server('replica')];
  }

  /**
   * Brings the schemas up to date and, in development, fills in demo data; the rows of one subgraph know nothing of
   * those of another, so all are filled at once.
   * @param {string[]} names @param {string} hash @param {Record<string, string>} env
   */
  async #fill(names, hash, env) {
    const { state } = this;
    const placeOf = (/** @type {string} */ name) => this.#placeOf(name, env);
    const due = names.map((name) => ({
      name,
      // What happens to a database of one's own between two starts is not known here.
      migrate: placeOf(name) !== 'private' || hash === '' || state.migrated[name] !== hash,
      seed: !this.isProduction && state.seeded[name] !== placeOf(name),
    }));
    if (!due.some(({ migrate, seed }) => migrate || seed)) return;
    const isNew = due.some(({ seed }) => seed);
    await step(isNew ? 'migrating, filling in demo data' : 'migrating the databases', async () => {
      await Promise.all(
        due.map(async ({ name, migrate, seed }) => {
          const command = [...(migrate ? ['migrate'] : []), ...(seed ? ['seed'] : [])].join('+');
          if (command !== '') await fillSubgraph(name, command, env);
        }),
      );
      for (const { name, migrate, seed } of due) {
        if (migrate) state.migrated[name] = hash;
        if (seed) state.seeded[name] = placeOf(name);
      }
      saveState(this.dir, state);
    });
  }

  /** Ends everything, each before what it needs. */
  async stop() {
    this.#aborted = true;
    endPrograms();
    for (const name of services.STOP_ORDER) await this.#supervisor.stop(name);
    delete this.state.screen;
    saveState(this.dir, this.state);
  }
}
