import { type EntityManager, In, IsNull, LessThan, LessThanOrEqual, MoreThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import type { PhoneBook } from '../invitation/phone-book.ts';
import { PatientShare, PatientShareLevel, PatientShareStatus } from './share.entity.ts';

/** A patient, and an account that may have a share in it. */
export type SharePair = `${string}/${string}`;

export const sharePair = (patientId: string, accountId: string): SharePair => `${patientId}/${accountId}`;

const { MANAGE } = PatientShareLevel;
const { PENDING, ACTIVE, REVOKED } = PatientShareStatus;

/** Rows of shares, their numbers in clear on this side alone. All is read from the primary: it decides who sees. */
export class ShareStore {
  readonly #db: Db;
  readonly #phones: PhoneBook;
  /** What an account may do with a patient by a share that holds now. */
  readonly levels: BatchRead<SharePair, PatientShareLevel>;
  /** Those of patients that are offered or hold. */
  readonly openOf: BatchRead<string, PatientShare[]>;

  constructor(db: Db, phones: PhoneBook, now: () => Date) {
    this.#db = db;
    this.#phones = phones;
    this.levels = {
      name: 'share.levels',
      read: async (pairs) => {
        const rows = await db.readPrimary((manager) => holding(manager, pairs, now()));
        // An account with two numbers may have two shares: the one that allows more counts.
        const byLevel = rows.toSorted((a, b) => Number(a.level === MANAGE) - Number(b.level === MANAGE));
        const levels = new Map(
          byLevel.map((row) => [sharePair(row.patientId, row.toAccountId ?? ''), row.level]),
        );
        return pairs.map((pair) => levels.get(pair) ?? null);
      },
    };
    this.openOf = {
      name: 'share.openOf',
      read: async (patientIds) => {
        const rows = await db.readPrimary((manager) =>
          manager.find(PatientShare, {
            where: { patientId: In([...patientIds]), status: In([PENDING, ACTIVE]) },
            order: { id: 'ASC' },
          }),
        );
        const opened = rows.map((row) => this.#open(row));
        return patientIds.map((id) => opened.filter((row) => row.patientId === id));
      },
    };
  }

  async find(id: string): Promise<PatientShare | null> {
    const row = await this.#db.readPrimary((manager) => manager.findOneBy(PatientShare, { id }));
    return row && this.#open(row);
  }

  /** As it stands in the transaction. */
  async latest({ manager }: Tx, id: string): Promise<PatientShare | null> {
    const row = await manager.findOneBy(PatientShare, { id });
    return row && this.#open(row);
  }

  /** What is shared with or offered to an account, the newest first, those before `before`. */
  async pageFor(
    { accountId, phones }: { readonly accountId: string; readonly phones: readonly string[] },
    before: string | undefined,
    limit: number,
  ): Promise<PatientShare[]> {
    const earlier = () => (before === undefined ? {} : { id: LessThan(before) });
    const rows = await this.#db.readPrimary((manager) =>
      manager.find(PatientShare, {
        where: [
          { toAccountId: accountId, status: ACTIVE, ...earlier() },
          { toIndex: In([...phones]), status: PENDING, ...earlier() },
        ],
        order: { id: 'DESC' },
        take: limit,
      }),
    );
    return rows.map((row) => this.#open(row));
  }

  async insert({ manager }: Tx, share: PatientShare): Promise<void> {
    const toPhone = this.#phones.seal(share.toPhone, 'patient_share', share.id);
    await manager.insert(PatientShare, Object.assign(new PatientShare(), share, { toPhone }));
  }

  async countOpen({ manager }: Tx, patientId: string): Promise<number> {
    return manager.countBy(PatientShare, { patientId, status: In([PENDING, ACTIVE]) });
  }

  /** @returns whether it was still offered */
  async accept({ manager }: Tx, id: string, toAccountId: string, at: Date): Promise<boolean> {
    const offered = { id, status: PENDING, expiresAt: MoreThan(at) };
    const { affected } = await manager.update(PatientShare, offered, { status: ACTIVE, toAccountId });
    return affected === 1;
  }

  /** @returns whether it was not over yet */
  async end({ manager }: Tx, id: string, at: Date): Promise<boolean> {
    const open = { id, status: In([PENDING, ACTIVE]) };
    const { affected } = await manager.update(PatientShare, open, { status: REVOKED, endedAt: at });
    return affected === 1;
  }

  /** Puts an end to those whose time is over. */
  async endLate({ manager }: Tx, patientId: string, at: Date): Promise<void> {
    const ended = { status: REVOKED, endedAt: at };
    await manager.update(PatientShare, { patientId, status: PENDING, expiresAt: LessThanOrEqual(at) }, ended);
    await manager.update(PatientShare, { patientId, status: ACTIVE, until: LessThanOrEqual(at) }, ended);
  }

  /** Ends those of a patient, or those with one number. @returns how many */
  async endAll({ manager }: Tx, patientId: string, at: Date, to?: readonly string[]): Promise<number> {
    const toIndex = to && In([...to]);
    const open = { patientId, status: In([PENDING, ACTIVE]), ...(toIndex && { toIndex }) };
    const { affected } = await manager.update(PatientShare, open, { status: REVOKED, endedAt: at });
    return affected ?? 0;
  }

  #open(row: PatientShare): PatientShare {
    const toPhone = this.#phones.open(row.toPhone, 'patient_share', row.id);
    return Object.assign(new PatientShare(), row, { toPhone });
  }
}

async function holding(
  manager: EntityManager,
  pairs: readonly SharePair[],
  now: Date,
): Promise<PatientShare[]> {
  const split = pairs.map((pair) => pair.split('/'));
  const patients = [...new Set(split.map(([patientId = '']) => patientId))];
  const accounts = [...new Set(split.map(([, accountId = '']) => accountId))];
  const which = () => ({ patientId: In([...patients]), toAccountId: In([...accounts]), status: ACTIVE });
  return manager.find(PatientShare, {
    select: { id: true, patientId: true, toAccountId: true, level: true },
    where: [
      { ...which(), until: IsNull() },
      { ...which(), until: MoreThan(now) },
    ],
  });
}
