import { In, IsNull, LessThanOrEqual } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { Outbox } from '../../../shared/outbox/outbox.ts';
import { conditionOf, type DataSubject } from '../../../shared/privacy/personal-source.ts';
import { AccountStatus } from '../account/account.entity.ts';
import type { FileStore } from '../../../shared/storage/file-store.ts';
import { WechatOpenid } from '../identity/wechat-openid.entity.ts';
import { LoginCode } from '../login/login-code.entity.ts';
import { Identity } from '../login/identity.entity.ts';
import { Session, SessionEnd } from '../session/session.entity.ts';
import { ErasureRequest, ErasureStatus } from './erasure-request.entity.ts';
import { lockAccount } from '../account/lock-account.ts';
import { assertFree, phonesOf } from './erasure.service.ts';
import { subjectOf } from './export-maker.ts';
import { ERASED_NAME, type UsersSource } from './users-source.ts';

const BATCH = 500;
const ACTOR: Actor = { kind: 'service', name: 'users' };

export interface ErasureJobParts {
  readonly db: Db;
  readonly audit: Audit;
  readonly outbox: Outbox;
  readonly cipher: FieldCipher;
  /** Of phones. */
  readonly phones: BlindIndex;
  readonly files: Pick<FileStore, 'delete'>;
  readonly sources: readonly UsersSource[];
  readonly now: () => Date;
}

/**
 * Carries erasures out. The first transaction shuts the account: nobody logs in and writes any more. Then one table
 * after the other is emptied, each in transactions of its own that can be run again; the last one tells that it is
 * done. A process that dies in between leaves a request that runs, and the next run begins its tables anew.
 */
export class ErasureJob {
  readonly #parts: ErasureJobParts;

  constructor(parts: ErasureJobParts) {
    this.#parts = parts;
  }

  async runDue(): Promise<void> {
    const { db, now } = this.#parts;
    const due = await db.readPrimary((manager) =>
      manager.find(ErasureRequest, {
        where: [
          { status: ErasureStatus.RUNNING },
          { status: ErasureStatus.PENDING, dueAt: LessThanOrEqual(now()) },
        ],
        order: { dueAt: 'ASC' },
        take: 20,
      }),
    );
    for (const { id } of due) {
      await this.run(id).catch((error: unknown) => {
        logger().error({ err: error, erasureId: id }, 'erasure will be tried again');
      });
    }
  }

  /** Carries out one request that is due or has begun; nothing happens to any other. */
  async run(requestId: string): Promise<void> {
    const { db, sources, files } = this.#parts;
    const accountId = await db.transaction((tx) => this.#begin(tx, requestId));
    if (accountId === undefined) return;
    const subject = await subjectOf(db, accountId);
    for (const source of sources) {
      const keys = await db.readPrimary(
        (manager) => source.filesOf?.(manager, subject) ?? Promise.resolve([]),
      );
      for (const key of keys) await files.delete(key);
      await this.#erase(source, subject);
    }
    await db.transaction((tx) => this.#finish(tx, requestId, subject));
  }

  /** @returns the account; undefined when there is nothing to be done */
  async #begin(tx: Tx, id: string): Promise<string | undefined> {
    const { cipher, phones, audit } = this.#parts;
    const { manager } = tx;
    const now = this.#parts.now();
    const found = await manager.findOneBy(ErasureRequest, { id });
    if (!found) return undefined;
    const { accountId } = found;
    await lockAccount(tx, accountId);
    const request = await manager.findOneOrFail(ErasureRequest, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (request.status === ErasureStatus.RUNNING) return accountId;
    if (request.status !== ErasureStatus.PENDING || request.dueAt > now) return undefined;
    const subject = { subjectType: 'Account', subjectId: accountId };
    const reason = await reasonAgainst(tx, accountId);
    if (reason !== undefined) {
      const ended = { status: ErasureStatus.BLOCKED, openFor: null, endedAt: now };
      await manager.update(ErasureRequest, { id }, ended);
      await audit.record(tx, { actor: ACTOR, action: 'erasure.block', ...subject, detail: { reason } });
      return undefined;
    }
    const numbers = await phonesOf(tx, cipher, accountId);
    const indexes = numbers.flatMap((phone) => phones.candidates(phone));
    await manager.delete(LoginCode, { phoneIndex: In(indexes) });
    const identities = await manager.find(Identity, { select: { id: true }, where: { accountId } });
    await manager.delete(WechatOpenid, { identityId: In(identities.map((each) => each.id)) });
    await manager.delete(Identity, { accountId });
    const closed = { revokedAt: now, endReason: SessionEnd.ACCOUNT_CLOSED };
    await manager.update(Session, { accountId, revokedAt: IsNull() }, closed);
    await manager.query(
      `UPDATE account SET display_name = ?, status = ?, status_reason = NULL, city = NULL, last_login_at = NULL,
         erased_at = ?
       WHERE id = ?`,
      [ERASED_NAME, AccountStatus.ERASED, now, accountId],
    );
    await manager.update(ErasureRequest, { id }, { status: ErasureStatus.RUNNING });
    await audit.record(tx, { actor: ACTOR, action: 'erasure.begin', ...subject });
    return accountId;
  }

  async #erase({ table, where, erase }: UsersSource, subject: DataSubject): Promise<void> {
    const { db, cipher, now } = this.#parts;
    if (erase === 'keep') return;
    if (erase !== 'delete') {
      await db.transaction((tx) => erase({ ...subject, tx, cipher, now: now() }));
      return;
    }
    const [sql, values] = conditionOf(where, subject);
    for (let deleted = BATCH; deleted === BATCH;) {
      deleted = await db.transaction(async ({ manager }) => {
        const { affectedRows } = await manager.query<{ affectedRows: number }>(
          `DELETE FROM \`${table}\` WHERE ${sql} LIMIT ${BATCH}`,
          values,
        );
        return affectedRows;
      });
    }
  }

  async #finish(tx: Tx, id: string, { accountId, patientIds }: DataSubject): Promise<void> {
    const { audit, outbox } = this.#parts;
    const now = this.#parts.now();
    const { affected } = await tx.manager.update(
      ErasureRequest,
      { id, status: ErasureStatus.RUNNING },
      { status: ErasureStatus.DONE, openFor: null, endedAt: now },
    );
    // Another process came first.
    if (affected !== 1) return;
    await audit.record(tx, {
      actor: ACTOR,
      action: 'account.erase',
      subjectType: 'Account',
      subjectId: accountId,
      detail: { patients: patientIds.length },
    });
    await outbox.add(tx, {
      type: 'account.erased',
      aggregateType: 'Account',
      aggregateId: accountId,
      aggregateVersion: 1,
      payload: { accountId, patientIds: [...patientIds], erasedAt: now.toISOString() },
    });
  }
}

async function reasonAgainst(tx: Tx, accountId: string): Promise<string | undefined> {
  try {
    await assertFree(tx, accountId);
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === 'ERASURE_BLOCKED') return String(error.params.reason);
    throw error;
  }
}
