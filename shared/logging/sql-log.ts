import { existsSync, renameSync, statSync } from 'node:fs';
import { pino, type Logger as Pino } from 'pino';
import type { Logger } from 'typeorm';
import { currentRequest } from '../context/request-context.ts';
import { logger } from './logger.ts';

let log: Pino | undefined;

/** A file of this size is put aside when the next process starts. */
const ROTATE_BYTES = 64 * 1024 * 1024;
/** What may wait to be written; lines beyond it are lost. */
const UNWRITTEN_BYTES = 16 * 1024 * 1024;

/** A log of its own for SQL: a file in SQL_LOG_DIR where that is set, else the process's output. */
function sqlLog(): Pino {
  if (log !== undefined) return log;
  const service = process.env.YEY_SERVICE ?? 'yuneyang';
  const dir = process.env.SQL_LOG_DIR;
  const options = {
    level: process.env.SQL_LOG_LEVEL ?? 'info',
    base: { service, log: 'sql' },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  if (!dir || options.level === 'silent') return (log = pino(options));
  const file = `${dir}/sql-${service}.log`;
  if (existsSync(file) && statSync(file).size > ROTATE_BYTES) renameSync(file, `${file}.1`);
  const destination = pino.destination({ dest: file, sync: false, mkdir: true, maxLength: UNWRITTEN_BYTES });
  let hasFailed = false;
  // A disk that is full takes the log away, and nothing else.
  destination.on('error', (error: unknown) => {
    if (!hasFailed) logger().error({ err: error }, 'the log of SQL cannot be written');
    hasFailed = true;
  });
  return (log = pino(options, destination));
}

/** In this order: names, which stay; comments; texts, whole or cut off; numbers that are no part of a name. */
const TOKEN =
  /(`[^`]*`)|(\/\*[\s\S]*?\*\/|(?:--\s|#)[^\n]*)|(?<!\w)[xXbBnN]?'(?:[^'\\]|\\.|'')*(?:'|$)|"(?:[^"\\]|\\.|"")*(?:"|$)|(?<![\w.])0x[0-9a-fA-F]+|(?<![\w.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;

/** The statement without a value in it: parameters are never logged, literals and comments are blotted out. */
export function withoutValues(sql: string): string {
  return sql
    .replace(TOKEN, (_token, name: string | undefined, comment: string | undefined) =>
      comment === undefined ? (name ?? '?') : ' ',
    )
    .replace(/\s+/g, ' ')
    .trim();
}

/** Every SQL statement with the actor and the request that it is for. */
export class SqlLog implements Logger {
  logQuery(query: string, parameters?: unknown[]): void {
    const target = sqlLog();
    if (!target.isLevelEnabled('info')) return;
    const request = currentRequest();
    target.info({
      requestId: request?.requestId,
      traceparent: request?.traceparent,
      actor: request?.actorId,
      sql: withoutValues(query),
      parameters: parameters?.length ?? 0,
    });
  }

  logQueryError(error: string | Error, query: string): void {
    logger().debug({ err: error, sql: withoutValues(query) }, 'statement failed');
  }

  logQuerySlow(ms: number, query: string): void {
    logger().warn({ ms, sql: withoutValues(query) }, 'slow statement');
  }

  logSchemaBuild(): void {}
  logMigration(message: string): void {
    logger().debug({ message }, 'migration');
  }
  log(): void {}
}
