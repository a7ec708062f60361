import { type FieldCipher, FORMAT } from '../crypto/field-cipher.ts';
import type { Db } from '../db/db.ts';
import { AppError } from '../errors/app-error.ts';
import { type EventLogState, eventLogState } from './event-log.ts';
import { logger } from '../logging/logger.ts';
import { payloadPlace } from './outbox.ts';
import { unreadable } from './unreadable-payload.ts';

const MOST = 500;

interface Row {
  readonly id: string;
  readonly seq: string;
  readonly type: string;
  readonly version: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly occurredAt: Date;
  readonly actor: string;
  readonly requestId: string;
  readonly traceparent: string;
  readonly payload: string;
}

/** Reads the numbered events of a subgraph for their consumers. */
export class EventReader {
  readonly #db: Db;
  readonly #cipher: FieldCipher;

  constructor(db: Db, cipher: FieldCipher) {
    this.#db = db;
    this.#cipher = cipher;
  }

  /**
   * Where the events stand, beside a reader's cursor.
   * @param epoch of the cursor; null where it has none yet @throws AppError VALIDATION_FAILED
   */
  async log(at: number, epoch: string | null): Promise<EventLogState> {
    if (!Number.isSafeInteger(at) || at < 0) {
      throw new AppError('VALIDATION_FAILED', { field: 'at', reason: '≥ 0' });
    }
    return eventLogState(this.#db, at, epoch);
  }

  /** Events with a higher number than `after`, in order. @throws AppError VALIDATION_FAILED */
  async after(after: number, first: number) {
    if (!Number.isSafeInteger(after) || after < 0 || first < 1 || first > MOST) {
      throw new AppError('VALIDATION_FAILED', { field: 'first', reason: `1 – ${MOST}` });
    }
    const rows = await this.#db.readPrimary<Row[]>((manager) =>
      manager.query(
        `SELECT id, seq, type, version, aggregatetype AS aggregateType, aggregateid AS aggregateId,
           aggregate_version AS aggregateVersion, occurred_at AS occurredAt, actor, request_id AS requestId,
           traceparent, payload
         FROM outbox_event WHERE seq > ? ORDER BY seq LIMIT ?`,
        [after, first],
      ),
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq), payload: this.#payloadOf(row) }));
  }

  /** One that can't be read says so in its place, or nobody would get those behind it. */
  #payloadOf({ id, seq, payload }: Row): string {
    if (!payload.startsWith(FORMAT)) return payload;
    try {
      return this.#cipher.decrypt(payload, payloadPlace(id));
    } catch (error) {
      // A process that lacks a key reads none of what was written with it: its readers wait until it has the key.
      if (!(error instanceof AppError) || !this.#cipher.hasKeyOf(payload)) throw error;
      logger().error({ err: error, event: id, seq: Number(seq) }, 'the payload of an event cannot be read');
      return unreadable(error.code);
    }
  }
}
