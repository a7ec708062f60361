import { randomBytes } from 'node:crypto';
import { In, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { logger } from '../../../shared/logging/logger.ts';
import { lockAccount } from '../account/lock-account.ts';
import { DataExport, ExportStatus } from './data-export.entity.ts';
import type { ExportFiles } from './export-files.ts';
import type { ExportMaker } from './export-maker.ts';
import type { RequestMyExportInput } from './privacy.inputs.ts';

const DAY_MS = 24 * 3_600_000;
const KEPT_MS = 7 * DAY_MS;
const MOST_ATTEMPTS = 5;
/** After the first failure; four times as long after the next, and so on. */
const RETRY_MS = 30_000;
const SHOWN = 20;

export interface ExportParts {
  readonly db: Db;
  readonly cipher: FieldCipher;
  readonly audit: Audit;
  readonly files: ExportFiles;
  readonly maker: ExportMaker;
  readonly now: () => Date;
}

/** Copies of what is held of an account, for its owner: asked for, made by the clock, gone after seven days. */
export class ExportService {
  readonly #parts: ExportParts;

  constructor(parts: ExportParts) {
    this.#parts = parts;
  }

  /** @returns the identifier @throws AppError EXPORT_TOO_OFTEN, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED */
  async request(actor: Actor, { idempotencyKey: key }: RequestMyExportInput): Promise<string> {
    const { db, cipher, audit } = this.#parts;
    const now = this.#parts.now();
    const accountId = actorId(actor);
    const call = { actor, operation: 'requestMyExport', key, body: {}, now };
    return db.transaction((tx) =>
      once(tx, call, async () => {
        await this.#assertNotTooOften(tx, accountId, now);
        const id = newId('exp');
        const place = keyPlace(id);
        await tx.manager.insert(DataExport, {
          id,
          accountId,
          status: ExportStatus.PENDING,
          // Made now, so that two who make the files at once write what the same key opens.
          documentKey: cipher.encrypt(randomBytes(32).toString('hex'), place),
          attempts: 0,
          requestedAt: now,
          readyAt: null,
          expiresAt: null,
        });
        const subject = { subjectType: 'DataExport', subjectId: id };
        await audit.record(tx, { actor, action: 'data_export.request', ...subject });
        return id;
      }),
    );
  }

  /** The last twenty, the newest first. */
  async ofAccount(accountId: string): Promise<DataExport[]> {
    const rows = await this.#parts.db.read((manager) =>
      manager.find(DataExport, {
        where: { accountId },
        order: { requestedAt: 'DESC', id: 'DESC' },
        take: SHOWN,
      }),
    );
    return rows.map((row) => this.#asOfNow(row));
  }

  async find(id: string): Promise<DataExport | null> {
    const row = await this.#parts.db.readPrimary((manager) => manager.findOneBy(DataExport, { id }));
    return row && this.#asOfNow(row);
  }

  /** The key of the files of an export that can be downloaded. @throws AppError DECRYPT_FAILED */
  keyOf({ id, documentKey }: DataExport): string {
    return this.#parts.cipher.decrypt(documentKey ?? '', keyPlace(id));
  }

  /** Makes what is due; what fails is tried again later, five times. */
  async makeDue(): Promise<void> {
    const { db } = this.#parts;
    const pending = await db.readPrimary((manager) =>
      manager.find(DataExport, {
        where: { status: ExportStatus.PENDING },
        order: { requestedAt: 'ASC' },
        take: 20,
      }),
    );
    const now = this.#parts.now().getTime();
    for (const row of pending) {
      const wait = row.attempts === 0 ? 0 : RETRY_MS * 4 ** (row.attempts - 1);
      if (row.requestedAt.getTime() + wait <= now) await this.#tryToMake(row);
    }
  }

  /** Takes away what is too old, the files before the key that opens them. */
  async expire(): Promise<void> {
    const { db, files } = this.#parts;
    const due = await db.readPrimary((manager) =>
      manager.find(DataExport, {
        where: { status: ExportStatus.READY, expiresAt: LessThanOrEqual(this.#parts.now()) },
        take: 100,
      }),
    );
    for (const { id } of due) {
      await files.delete(id);
      await db.transaction(({ manager }) =>
        manager.update(DataExport, { id }, { status: ExportStatus.EXPIRED, documentKey: null }),
      );
    }
  }

  async #tryToMake(row: DataExport): Promise<void> {
    try {
      await this.#make(row);
    } catch (error) {
      logger().warn({ err: error, exportId: row.id }, 'export not made');
      const attempts = row.attempts + 1;
      const isOver = attempts >= MOST_ATTEMPTS;
      await this.#parts.db.transaction(({ manager }) =>
        manager.update(
          DataExport,
          { id: row.id, status: ExportStatus.PENDING },
          { attempts, ...(isOver && { status: ExportStatus.FAILED, documentKey: null }) },
        ),
      );
    }
  }

  async #make(row: DataExport): Promise<void> {
    const { db, files, maker, audit } = this.#parts;
    const documents = await maker.documentsOf(row.accountId);
    await files.put(row.id, this.keyOf(row), documents);
    const now = this.#parts.now();
    const isMade = await db.transaction(async (tx) => {
      const { affected } = await tx.manager.update(
        DataExport,
        { id: row.id, status: ExportStatus.PENDING },
        { status: ExportStatus.READY, readyAt: now, expiresAt: new Date(now.getTime() + KEPT_MS) },
      );
      if (affected !== 1) return tx.manager.existsBy(DataExport, { id: row.id });
      const actor: Actor = { kind: 'service', name: 'users', onBehalfOf: row.accountId };
      const subject = { subjectType: 'DataExport', subjectId: row.id };
      await audit.record(tx, { actor, action: 'data_export.make', ...subject });
      return true;
    });
    // The account was erased meanwhile.
    if (!isMade) await files.delete(row.id);
  }

  async #assertNotTooOften(tx: Tx, accountId: string, now: Date): Promise<void> {
    // Two at once are one after the other.
    await lockAccount(tx, accountId);
    const last = await tx.manager.findOne(DataExport, {
      where: {
        accountId,
        requestedAt: MoreThan(new Date(now.getTime() - DAY_MS)),
        status: Not(In([ExportStatus.FAILED])),
      },
      order: { requestedAt: 'DESC' },
    });
    if (!last) return;
    const hours = Math.ceil((last.requestedAt.getTime() + DAY_MS - now.getTime()) / 3_600_000);
    throw new AppError('EXPORT_TOO_OFTEN', { hours });
  }

  #asOfNow(row: DataExport): DataExport {
    const isOver =
      row.status === ExportStatus.READY && row.expiresAt !== null && row.expiresAt <= this.#parts.now();
    return isOver ? Object.assign(new DataExport(), row, { status: ExportStatus.EXPIRED }) : row;
  }
}

function keyPlace(rowId: string) {
  return { table: 'data_export', column: 'document_key', rowId };
}
