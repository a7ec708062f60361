import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { latestFirst, readPages } from '../../../shared/pagination/pages.ts';
import { Patient } from '../patient/patient.entity.ts';
import { type Look, traceLooks } from '../patient/read-trace.ts';
import { OccurrenceStatus, Reminder, ReminderOccurrence, ReminderStatus } from './reminder.entity.ts';
import { OPEN } from './reminder-states.ts';

export interface ReminderLook extends Look {
  /** Only those made before this one. */
  readonly after: string | undefined;
  readonly limit: number;
}

interface Place {
  readonly dueAt: Date;
  readonly id: string;
}

/** What of a row is encrypted, each bound to its table, column and row. */
const SEALED = { title: 'title', note: 'note' } as const;
const WAITING = [OccurrenceStatus.DUE, OccurrenceStatus.OVERDUE];

/** Rows of reminders and of when they were due; what is sealed in them is in clear on this side alone. */
export class ReminderStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  readonly byId: BatchRead<string, Reminder>;
  readonly occurrenceById: BatchRead<string, ReminderOccurrence>;
  /** The latest first; looks by anybody but the guardian are audited before the answer is there. */
  readonly pages: BatchRead<ReminderLook, Reminder[]>;

  constructor(db: Db, cipher: FieldCipher, audit: Audit) {
    this.#db = db;
    this.#cipher = cipher;
    this.byId = {
      name: 'reminder.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Reminder, { id: In([...ids]) }));
        return inOrder(
          ids,
          rows.map((row) => this.#mapped(row, 'decrypt')),
          (row) => row.id,
        );
      },
    };
    this.occurrenceById = {
      name: 'reminderOccurrence.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(ReminderOccurrence, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.pages = {
      name: 'reminder.pages',
      read: async (looks) => {
        await traceLooks(audit, 'reminder.read', looks);
        return db.read(async (manager) => {
          const selects = looks.map(({ patient, after = '', limit }) => ({
            sql: "SELECT id FROM reminder WHERE patient_id = ? AND (? = '' OR id < ?) ORDER BY id DESC LIMIT ?",
            values: [patient.id, after, after, limit],
          }));
          const read = async (ids: string[]) =>
            (await manager.findBy(Reminder, { id: In(ids) })).map((row) => this.#mapped(row, 'decrypt'));
          return readPages(manager, selects, read, latestFirst);
        });
      },
    };
  }

  /** What waits for an account, the oldest first; of patients for whom it still speaks. */
  async waiting(accountId: string, after: Place | undefined, limit: number): Promise<ReminderOccurrence[]> {
    return this.#db.read((manager) => {
      const query = manager
        .createQueryBuilder(ReminderOccurrence, 'o')
        .innerJoin(Patient, 'p', 'p.id = o.patientId AND p.accountId = o.accountId')
        .where('o.accountId = :accountId AND o.status IN (:...waiting)', { accountId, waiting: WAITING });
      if (after) query.andWhere('(o.dueAt > :dueAt OR (o.dueAt = :dueAt AND o.id > :id))', { ...after });
      return query.orderBy('o.dueAt', 'ASC').addOrderBy('o.id', 'ASC').limit(limit).getMany();
    });
  }

  /** What waits for an account and has a number after `seq`, as it stands on the primary. */
  async waitingAfter(accountId: string, seq: number, limit: number): Promise<ReminderOccurrence[]> {
    return this.#db.readPrimary((manager) =>
      manager.find(ReminderOccurrence, {
        where: { accountId, seq: MoreThan(seq), status: In([...WAITING]) },
        order: { seq: 'ASC' },
        take: limit,
      }),
    );
  }

  /** Active reminders that are due by now. */
  async dueBy(now: Date, limit: number): Promise<string[]> {
    const rows = await this.#db.readPrimary((manager) =>
      manager.find(Reminder, {
        select: { id: true },
        where: { status: ReminderStatus.ACTIVE, nextDueAt: LessThanOrEqual(now) },
        order: { nextDueAt: 'ASC' },
        take: limit,
      }),
    );
    return rows.map(({ id }) => id);
  }

  /** Occurrences that the clock moves on by now. */
  async changingBy(now: Date, limit: number): Promise<string[]> {
    const rows = await this.#db.readPrimary((manager) =>
      manager.find(ReminderOccurrence, {
        select: { id: true },
        where: { changesAt: LessThanOrEqual(now) },
        order: { changesAt: 'ASC' },
        take: limit,
      }),
    );
    return rows.map(({ id }) => id);
  }

  /** How many reminders of a patient are not over. */
  async countOpen({ manager }: Tx, patientId: string): Promise<number> {
    return manager.countBy(Reminder, {
      patientId,
      status: In([ReminderStatus.ACTIVE, ReminderStatus.PAUSED]),
    });
  }

  async insert({ manager }: Tx, reminder: Reminder): Promise<void> {
    await manager.insert(Reminder, this.#mapped(reminder, 'encrypt'));
  }

  /** Held until the end of the transaction. Its sealed columns are not opened. */
  async lock({ manager }: Tx, id: string): Promise<Reminder | null> {
    return manager.findOne(Reminder, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Its sealed columns are not opened. */
  async plain({ manager }: Tx, id: string): Promise<Reminder> {
    return manager.findOneByOrFail(Reminder, { id });
  }

  /** The account that speaks for a patient. */
  async guardianOf({ manager }: Tx, id: string): Promise<string> {
    const select = { id: true, accountId: true } as const;
    return (await manager.findOneOrFail(Patient, { select, where: { id } })).accountId;
  }

  async change(
    { manager }: Tx,
    id: string,
    change: Partial<Pick<Reminder, 'status' | 'nextDueAt' | 'version'>>,
  ): Promise<void> {
    await manager.update(Reminder, { id }, change);
  }

  /** Held until the end of the transaction. */
  async lockOccurrence({ manager }: Tx, id: string): Promise<ReminderOccurrence | null> {
    return manager.findOne(ReminderOccurrence, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async hasOccurrence({ manager }: Tx, reminderId: string, dueAt: Date): Promise<boolean> {
    return manager.existsBy(ReminderOccurrence, { reminderId, dueAt });
  }

  async insertOccurrence({ manager }: Tx, occurrence: ReminderOccurrence): Promise<void> {
    await manager.insert(ReminderOccurrence, occurrence);
  }

  async changeOccurrence({ manager }: Tx, id: string, change: Partial<ReminderOccurrence>): Promise<void> {
    await manager.update(ReminderOccurrence, { id }, change);
  }

  /** Closes what waits of a reminder. */
  async closeOccurrences(
    { manager }: Tx,
    reminderId: string,
    change: Pick<ReminderOccurrence, 'status' | 'completedAt' | 'completedBy'>,
  ): Promise<void> {
    await manager.update(
      ReminderOccurrence,
      { reminderId, status: In([...OPEN]) },
      { ...change, changesAt: null },
    );
  }

  /** The row stays locked until the commit, so numbers become visible in their order. */
  async nextSeq({ manager }: Tx, accountId: string): Promise<number> {
    await manager.query(
      `INSERT INTO reminder_counter (account_id, last_seq) VALUES (?, 1)
       ON DUPLICATE KEY UPDATE last_seq = last_seq + 1`,
      [accountId],
    );
    const [row] = await manager.query<{ last_seq: number }[]>(
      'SELECT last_seq FROM reminder_counter WHERE account_id = ?',
      [accountId],
    );
    return row?.last_seq ?? 1;
  }

  /** @throws AppError DECRYPT_FAILED */
  #mapped(reminder: Reminder, how: 'encrypt' | 'decrypt'): Reminder {
    const changed: Partial<Record<keyof typeof SEALED, string>> = {};
    for (const field of Object.keys(SEALED) as (keyof typeof SEALED)[]) {
      const place = { table: 'reminder', column: SEALED[field], rowId: reminder.id };
      const text = reminder[field];
      if (text !== null) changed[field] = this.#cipher[how](text, place);
    }
    return Object.assign(new Reminder(), reminder, changed);
  }
}
