import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { SetupError } from './fail.mjs';
import { until } from './ports.mjs';
import { endGroup, identify } from './processes.mjs';

/**
 * @typedef {{name: string, command: string, args: string[], env?: NodeJS.ProcessEnv, cwd?: string,
 *   ready: () => Promise<boolean>, graceMs?: number}} Service
 * @typedef {{service: Service, identity?: import('./processes.mjs').Identity, state: 'starting' | 'up' | 'failed' | 'stopping',
 *   attempts: number, since: number, cause: string, timer?: NodeJS.Timeout}} Entry
 */

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
const STEADY_MS = 30_000;

/** Keeps services running: each in a process group of its own, restarted with backoff when it dies. */
export class Supervisor {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  #options;

  /**
   * @param {{logDir: string, say: (line: string) => void,
   *   record: (name: string, identity: import('./processes.mjs').Identity | undefined) => void}} options
   * `record` is told each process at once, so that a later start can find what this one leaves behind.
   */
  constructor(options) {
    this.#options = options;
    mkdirSync(options.logDir, { recursive: true });
  }

  /** @param {Service} service */
  start(service) {
    const log = this.logOf(service.name);
    if (existsSync(log)) renameSync(log, `${log}.1`);
    /** @type {Entry} */
    const entry = { service, state: 'starting', attempts: 0, since: 0, cause: '' };
    this.#entries.set(service.name, entry);
    this.#spawn(entry);
  }

  /** @param {string} name */
  logOf(name) {
    return `${this.#options.logDir}/${name}.log`;
  }

  /** Waits until a service answers; one that dies before it ever did is a failure. @param {string} name @param {number} timeoutMs */
  async ready(name, timeoutMs) {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`unknown service ${name}`);
    const came = await until(async () => entry.state !== 'starting' || entry.service.ready(), timeoutMs);
    if (came && entry.state === 'starting') entry.state = 'up';
    if (entry.state === 'up') return;
    const cause = entry.state === 'failed' ? entry.cause : `was not ready within ${timeoutMs / 1000} s`;
    throw new SetupError(
      'START_FAILED',
      `${name} ${cause}\n${this.#lastLines(name)}`,
      `read ${this.logOf(name)}`,
    );
  }

  /** @param {string} name */
  #lastLines(name) {
    const lines = readFileSync(this.logOf(name), 'utf8').trimEnd().split('\n').slice(-12);
    return lines.map((line) => `    | ${line}`).join('\n');
  }

  /** @param {Entry} entry */
  #spawn(entry) {
    const { name, command, args, env, cwd } = entry.service;
    // The child writes to the file itself, not to a pipe of ours: it outlives a launcher that is killed.
    const log = openSync(this.logOf(name), 'a');
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    entry.since = performance.now();
    if (child.pid !== undefined) {
      entry.identity = identify(child.pid);
      this.#options.record(name, entry.identity);
    }
    let over = false;
    const ended = (/** @type {string} */ cause) => {
      if (over) return;
      over = true;
      this.#ended(entry, cause);
    };
    child.on('error', (error) => ended(`could not be started: ${error.message}`));
    child.on('exit', (code, signal) => ended(signal ? `was ended by ${signal}` : `ended with code ${code}`));
  }

  /** @param {Entry} entry @param {string} cause */
  #ended(entry, cause) {
    const { name } = entry.service;
    entry.identity = undefined;
    entry.cause = cause;
    if (entry.state === 'stopping') return;
    this.#options.record(name, undefined);
    if (entry.state === 'starting') {
      entry.state = 'failed';
      return;
    }
    if (performance.now() - entry.since > STEADY_MS) entry.attempts = 0;
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** entry.attempts++);
    this.#options.say(`${name} ${cause}; starting it again in ${delay / 1000} s (${this.logOf(name)})`);
    entry.timer = setTimeout(() => this.#spawn(entry), delay);
  }

  /** Ends a service and everything in its process group. @param {string} name */
  async stop(name) {
    const entry = this.#entries.get(name);
    if (!entry) return;
    entry.state = 'stopping';
    clearTimeout(entry.timer);
    if (entry.identity) await endGroup(entry.identity, entry.service.graceMs ?? 10_000);
    this.#entries.delete(name);
    this.#options.record(name, undefined);
  }
}
