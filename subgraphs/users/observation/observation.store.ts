import { setImmediate as turn } from 'node:timers/promises';
import { type EntityManager, In } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, type FallibleRead, inOrder } from '../../../shared/loader/loaders.ts';
import { type PageSelect, readPages } from '../../../shared/pagination/pages.ts';
import { type Look, traceLooks } from '../patient/read-trace.ts';
import { Observation, ObservationStatus, ObservationUpload } from './observation.entity.ts';
import type { ObservationKind } from './observation-kinds.ts';

/** How many values one operation may sum up: each has to be decrypted. */
const MOST_IN_SERIES = 20_000;
/** After how many values others get their turn. */
const STRIDE = 1000;

export interface PageLook extends Look {
  readonly kind?: ObservationKind | undefined;
  /** Taken at it or later. */
  readonly from?: Date | undefined;
  /** Taken before it. */
  readonly to?: Date | undefined;
  readonly after?: { readonly takenAt: Date; readonly id: string } | undefined;
  readonly withVoided: boolean;
  readonly limit: number;
}

export interface SeriesLook extends Look {
  readonly kind: ObservationKind;
  readonly from: Date;
  readonly to: Date;
}

export type RawSample = Pick<Observation, 'takenAt' | 'value'>;

/** What of a row is encrypted, each bound to its table, column and row. */
const SEALED = { value: 'value', asEntered: 'as_entered', note: 'note' } as const;

/** Rows of observations; what is sealed in them is in clear on this side alone. */
export class ObservationStore {
  readonly #cipher: FieldCipher;
  readonly #mostInSeries: number;
  readonly byId: BatchRead<string, Observation>;
  /** The latest first; looks by anybody but the guardian are audited before the answer is there. */
  readonly pages: BatchRead<PageLook, Observation[]>;
  /** In the order of time, audited as well; SERIES_TOO_LONG in the place of those that would be too much. */
  readonly series: FallibleRead<SeriesLook, RawSample[]>;

  /** @param mostInSeries how many values one operation may sum up */
  constructor(db: Db, cipher: FieldCipher, audit: Audit, mostInSeries = MOST_IN_SERIES) {
    this.#cipher = cipher;
    this.#mostInSeries = mostInSeries;
    this.byId = {
      name: 'observation.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Observation, { id: In([...ids]) }));
        return inOrder(
          ids,
          rows.map((row) => this.#open(row)),
          (row) => row.id,
        );
      },
    };
    this.pages = {
      name: 'observation.pages',
      read: async (looks) => {
        await traceLooks(audit, 'observation.read', looks);
        return db.read((manager) => this.#pages(manager, looks));
      },
    };
    this.series = {
      name: 'observation.series',
      read: async (looks) => {
        await traceLooks(audit, 'observation.read', looks);
        return db.read((manager) => this.#series(manager, looks));
      },
    };
  }

  async byClientKeys({ manager }: Tx, patientId: string, clientKeys: string[]): Promise<Observation[]> {
    if (clientKeys.length === 0) return [];
    const rows = await manager.findBy(Observation, { patientId, clientKey: In(clientKeys) });
    return rows.map((row) => this.#open(row));
  }

  async insert({ manager }: Tx, observations: readonly Observation[]): Promise<void> {
    if (observations.length === 0) return;
    await manager.insert(
      Observation,
      observations.map((each) => this.#seal(each)),
    );
  }

  async keepUpload({ manager }: Tx, upload: ObservationUpload): Promise<void> {
    await manager.insert(ObservationUpload, upload);
  }

  async upload({ manager }: Tx, id: string): Promise<ObservationUpload> {
    return manager.findOneByOrFail(ObservationUpload, { id });
  }

  /** Takes an observation back, if nobody has. @returns whether it did */
  async void(
    { manager }: Tx,
    id: string,
    change: Pick<Observation, 'voidReason' | 'voidedAt'>,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      Observation,
      { id, status: ObservationStatus.FINAL },
      { ...change, status: ObservationStatus.ENTERED_IN_ERROR },
    );
    return affected === 1;
  }

  async #pages(manager: EntityManager, looks: readonly PageLook[]): Promise<Observation[][]> {
    const read = async (ids: string[]) =>
      (await manager.findBy(Observation, { id: In(ids) })).map((row) => this.#open(row));
    return readPages(manager, looks.map(selectOf), read, latestTakenFirst);
  }

  async #series(manager: EntityManager, looks: readonly SeriesLook[]): Promise<(RawSample[] | Error)[]> {
    const where = `FROM observation WHERE patient_id = ? AND kind = ? AND status = 'FINAL' AND taken_at >= ? AND taken_at < ?`;
    const valuesOf = (indices: readonly number[]) =>
      indices.flatMap((index) => {
        const { patient, kind, from, to } = looks[index] as SeriesLook;
        return [index, patient.id, kind, from, to];
      });
    const all = [...looks.keys()];
    const counts = await manager.query<{ look: number | string; total: number | string }[]>(
      all.map(() => `(SELECT ? AS look, COUNT(*) AS total ${where})`).join(' UNION ALL '),
      valuesOf(all),
    );
    const answers: (RawSample[] | Error)[] = looks.map(() => []);
    const wanted: number[] = [];
    let budget = this.#mostInSeries;
    for (const { look, total } of counts) {
      budget -= Number(total);
      if (budget < 0) answers[Number(look)] = new AppError('SERIES_TOO_LONG', { most: this.#mostInSeries });
      else if (Number(total) > 0) wanted.push(Number(look));
    }
    if (wanted.length === 0) return answers;
    const rows = await manager.query<{ look: number | string; id: string; taken_at: Date; value: string }[]>(
      wanted.map(() => `(SELECT ? AS look, id, taken_at, value ${where})`).join(' UNION ALL '),
      valuesOf(wanted),
    );
    rows.sort((a, b) => a.taken_at.getTime() - b.taken_at.getTime() || (a.id < b.id ? -1 : 1));
    for (const [place, { look, id, taken_at: takenAt, value }] of rows.entries()) {
      if (place % STRIDE === STRIDE - 1) await turn();
      const answer = answers[Number(look)];
      if (Array.isArray(answer))
        answer.push({ takenAt, value: this.#cipher.decrypt(value, placeOf('value', id)) });
    }
    return answers;
  }

  #seal(observation: Observation): Observation {
    return mapped(observation, (text, place) => this.#cipher.encrypt(text, place));
  }

  /** @throws AppError DECRYPT_FAILED */
  #open(row: Observation): Observation {
    return mapped(row, (text, place) => this.#cipher.decrypt(text, place));
  }
}

type Place = Parameters<FieldCipher['encrypt']>[1];

function placeOf(column: string, rowId: string): Place {
  return { table: 'observation', column, rowId };
}

function mapped(row: Observation, change: (text: string, place: Place) => string): Observation {
  const changed: Partial<Record<keyof typeof SEALED, string>> = {};
  for (const field of Object.keys(SEALED) as (keyof typeof SEALED)[]) {
    const text = row[field];
    if (text !== null) changed[field] = change(text, placeOf(SEALED[field], row.id));
  }
  return Object.assign(new Observation(), row, changed);
}

function latestTakenFirst(a: Observation, b: Observation): number {
  return b.takenAt.getTime() - a.takenAt.getTime() || (a.id < b.id ? 1 : -1);
}

function selectOf(look: PageLook): PageSelect {
  const { patient, kind, from, to, after, withVoided, limit } = look;
  const conditions: [string, ...unknown[]][] = [['patient_id = ?', patient.id]];
  if (kind !== undefined) conditions.push(['kind = ?', kind]);
  if (!withVoided) conditions.push(['status = ?', ObservationStatus.FINAL]);
  if (from !== undefined) conditions.push(['taken_at >= ?', from]);
  if (to !== undefined) conditions.push(['taken_at < ?', to]);
  if (after !== undefined) {
    const { takenAt, id } = after;
    conditions.push(['taken_at <= ? AND (taken_at < ? OR id < ?)', takenAt, takenAt, id]);
  }
  return {
    sql: `SELECT id FROM observation WHERE ${conditions.map(([text]) => text).join(' AND ')}
          ORDER BY taken_at DESC, id DESC LIMIT ?`,
    values: [...conditions.flatMap(([, ...values]) => values), limit],
  };
}
