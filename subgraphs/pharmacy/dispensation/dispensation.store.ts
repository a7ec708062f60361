import { In } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Dispensation, DispensationLine, TraceCode } from './dispensation.entity.ts';
import type { Packs } from './packs.ts';

export class DispensationStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Dispensation>;
  readonly ofOrder: BatchRead<string, Dispensation>;
  readonly linesOf: BatchRead<string, DispensationLine[]>;
  /** The codes of all packs of a dispensation. */
  readonly codesOf: BatchRead<string, TraceCode[]>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'dispensation.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Dispensation, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.ofOrder = {
      name: 'dispensation.ofOrder',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Dispensation, { orderId: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.orderId);
      },
    };
    this.linesOf = {
      name: 'dispensationLine.ofDispensation',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.find(DispensationLine, {
            where: { dispensationId: In([...ids]) },
            order: { dispensationId: 'ASC', batchId: 'ASC' },
          }),
        );
        return ids.map((id) => rows.filter((row) => row.dispensationId === id));
      },
    };
    this.codesOf = {
      name: 'traceCode.ofDispensation',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.find(TraceCode, { where: { dispensationId: In([...ids]) }, order: { code: 'ASC' } }),
        );
        return ids.map((id) => rows.filter((row) => row.dispensationId === id));
      },
    };
  }

  /** Who got the pack with this code, and from which batch; null for one that was not handed out here. */
  async ofCode(code: string): Promise<{ dispensation: Dispensation; batchId: string } | null> {
    return this.#db.read(async (manager) => {
      const found = await manager.findOneBy(TraceCode, { code });
      if (!found) return null;
      const dispensation = await manager.findOneByOrFail(Dispensation, { id: found.dispensationId });
      return { dispensation, batchId: found.batchId };
    });
  }

  /** @throws AppError TRACE_CODE_SOLD for a pack that was handed out before, or is just now */
  async insert({ manager }: Tx, dispensation: Dispensation, packs: readonly Packs[]): Promise<void> {
    const { id: dispensationId } = dispensation;
    await manager.insert(Dispensation, dispensation);
    await manager.insert(
      DispensationLine,
      packs.map(({ skuId, batchId, quantity }) => ({ dispensationId, skuId, batchId, quantity })),
    );
    const codes = packs
      .flatMap(({ batchId, traceCodes }) => traceCodes.map((code) => ({ code, dispensationId, batchId })))
      .toSorted((a, b) => (a.code < b.code ? -1 : 1));
    // A code that is there already keeps its row, and so shows that it is not ours.
    await manager
      .createQueryBuilder()
      .insert()
      .into(TraceCode)
      .values(codes)
      .orUpdate(['code'], ['code'])
      .updateEntity(false)
      .execute();
    const rows = await manager.findBy(TraceCode, { code: In(codes.map(({ code }) => code)) });
    const foreign = rows.find((row) => row.dispensationId !== dispensationId);
    if (foreign !== undefined) throw new AppError('TRACE_CODE_SOLD', { code: foreign.code });
  }
}
