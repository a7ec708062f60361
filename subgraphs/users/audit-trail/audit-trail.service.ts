import { encodeTime } from 'ulid';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { AuditTrailEntry, AuditTrailFilter } from './audit-trail.types.ts';

const WORD = /^[\w.:-]{1,64}$/;
const TEXTS = ['actor', 'subjectType', 'subjectId', 'action'] as const;
const LAST = 'aud_Z';

/** Reads the audit of users for the auditor, who leaves an entry in it by that. */
export class AuditTrailService {
  readonly #db: Db;
  readonly #schema: string;
  readonly #audit: Audit;

  /** @param schema in which the audit's tables are. */
  constructor(db: Db, schema: string, audit: Audit) {
    this.#db = db;
    this.#schema = schema;
    this.#audit = audit;
  }

  /**
   * At most `limit` entries before `before`, the newest first.
   * @throws AppError VALIDATION_FAILED
   */
  async page(
    actor: Actor,
    filter: AuditTrailFilter,
    before: string | undefined,
    limit: number,
  ): Promise<AuditTrailEntry[]> {
    const given = textsOf(filter);
    const { from, to } = filter;
    const isWide = given.action !== undefined && given.actor === undefined && given.subjectId === undefined;
    if (isWide && !from) throw new AppError('VALIDATION_FAILED', { field: 'filter.from', reason: 'action' });
    // Identifiers ascend in time, so a range of time is one of them, and every order is that of an index.
    const conditions: [string, string][] = [
      ...(given.actor === undefined ? [] : [['actor = ?', given.actor] as [string, string]]),
      ...(given.subjectId === undefined ? [] : [['subject_id = ?', given.subjectId] as [string, string]]),
      ...(given.subjectType === undefined
        ? []
        : [['subject_type = ?', given.subjectType] as [string, string]]),
      ...(given.action === undefined ? [] : [['action = ?', given.action] as [string, string]]),
      ...(from ? [['id >= ?', firstIdOf(from)] as [string, string]] : []),
      ['id < ?', to ? firstIdOf(to) : LAST],
      ...(before === undefined ? [] : [['id < ?', before] as [string, string]]),
    ];
    // On record before anything is shown: looking and finding nothing is a look as well.
    await this.#db.transaction((tx) =>
      this.#audit.record(tx, {
        actor,
        action: 'audit.read',
        subjectType: 'AuditTrail',
        subjectId: 'users',
        detail: {
          ...given,
          ...(from && { from: from.toISOString() }),
          ...(to && { to: to.toISOString() }),
        },
      }),
    );
    return this.#db.readPrimary((manager) =>
      manager.query(
        `SELECT id, at, actor, action, subject_type AS subjectType, subject_id AS subjectId,
           request_id AS requestId, detail
         FROM \`${this.#schema}\`.audit_entry
         WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY id DESC LIMIT ?`,
        [...conditions.map(([, value]) => value), limit],
      ),
    );
  }
}

/** @throws AppError VALIDATION_FAILED for what no entry can hold, and half a subject, which no index finds */
function textsOf(filter: AuditTrailFilter): Partial<Record<(typeof TEXTS)[number], string>> {
  const given: Partial<Record<(typeof TEXTS)[number], string>> = {};
  for (const field of TEXTS) {
    const text = filter[field];
    if (text == null) continue;
    if (!WORD.test(text)) throw new AppError('VALIDATION_FAILED', { field, reason: 'a–z, 0–9, _ . : -' });
    given[field] = text;
  }
  if ((given.subjectType === undefined) !== (given.subjectId === undefined)) {
    throw new AppError('VALIDATION_FAILED', { field: 'subjectType', reason: 'subjectId' });
  }
  return given;
}

function firstIdOf(at: Date): string {
  return `aud_${encodeTime(Math.max(0, at.getTime()), 10)}`;
}
