import { monotonicFactory } from 'ulid';
import { type Actor, actorId } from '../context/actor.ts';
import { currentRequest } from '../context/request-context.ts';
import type { Db, Tx } from '../db/db.ts';
import { randomFraction } from '../ids/random.ts';
import type { Wake } from '../redis/wake.ts';
import { type AuditPlace, sealTopic } from './audit-place.ts';

/** One after the other within a millisecond too, so that entries stand in the order in which they were made. */
const nextUlid = monotonicFactory(randomFraction);

export interface AuditRecord {
  readonly actor: Actor;
  /** `<subject>.<verb>`, such as `appointment.book` or `medical_record.read`. */
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  /** Codes and identifiers; never names, numbers or texts of a person. */
  readonly detail?: Record<string, string | number | boolean | null>;
}

/** Who did or read what. Entries are written here and chained by the sealer (`audit-sealer.ts`). */
export class Audit {
  readonly #db: Db;
  readonly #place: AuditPlace;
  readonly #wake: Wake;
  readonly #now: () => Date;

  constructor(db: Db, place: AuditPlace, wake: Wake, now: () => Date) {
    this.#db = db;
    this.#place = place;
    this.#wake = wake;
    this.#now = now;
  }

  /** Leaves an entry in the transaction of the change it tells of: neither is there without the other. */
  async record(tx: Tx, entry: AuditRecord): Promise<void> {
    const { sql, values } = this.#insertOf([entry]);
    await tx.manager.query(sql, values);
    tx.afterCommit(() => this.#wake.call(sealTopic(this.#place.subgraph)));
  }

  /** Leaves an entry for each subject before the answer that shows them goes out; without it there is no answer. */
  async read(
    actor: Actor,
    action: string,
    subjectType: string,
    subjectIds: readonly string[],
    detail: AuditRecord['detail'] = {},
  ): Promise<void> {
    if (subjectIds.length === 0) return;
    const entries = subjectIds.map((subjectId) => ({ actor, action, subjectType, subjectId, detail }));
    const { sql, values } = this.#insertOf(entries);
    await this.#db.append(sql, values);
    await this.#wake.call(sealTopic(this.#place.subgraph));
  }

  #insertOf(entries: readonly AuditRecord[]): { sql: string; values: unknown[] } {
    const requestId = currentRequest()?.requestId ?? '';
    const at = this.#now();
    const rows = entries.map(({ actor, action, subjectType, subjectId, detail }) => [
      `aud_${nextUlid(at.getTime())}`,
      at,
      actorId(actor),
      action,
      subjectType,
      subjectId,
      requestId,
      JSON.stringify(detail ?? {}),
    ]);
    return {
      sql: `INSERT INTO \`${this.#place.schema}\`.audit_entry
       (id, at, actor, action, subject_type, subject_id, request_id, detail)
       VALUES ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
      values: rows.flat(),
    };
  }
}
