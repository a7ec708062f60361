import { In } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Slot } from './slot.entity.ts';

export interface SlotsAsked {
  readonly hospitalId?: string | undefined;
  readonly departmentId?: string | undefined;
  readonly doctorId?: string | undefined;
  /** Slots that begin at or after the first and before the second instant. */
  readonly from: Date;
  readonly before?: Date | undefined;
}

export interface SlotCursor {
  readonly startsAt: Date;
  readonly id: string;
}

export class SlotStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Slot>;
  readonly ofSchedule: BatchRead<string, Slot[]>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'slot.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Slot, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
    this.ofSchedule = {
      name: 'slot.ofSchedule',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.find(Slot, { where: { scheduleId: In([...ids]) }, order: { startsAt: 'ASC' } }),
        );
        return ids.map((id) => rows.filter((row) => row.scheduleId === id));
      },
    };
  }

  /** Slots with a place left that are not over, in the order of their beginning; those after `after`. */
  async available(
    filter: SlotsAsked,
    now: Date,
    after: SlotCursor | undefined,
    limit: number,
  ): Promise<Slot[]> {
    return this.#db.read((manager) => {
      const query = manager
        .createQueryBuilder(Slot, 'slot')
        .where('slot.startsAt >= :from AND slot.endsAt > :now AND slot.booked < slot.capacity', {
          from: filter.from,
          now,
        })
        .orderBy('slot.startsAt', 'ASC')
        .addOrderBy('slot.id', 'ASC')
        .limit(limit);
      const { before, hospitalId, departmentId, doctorId } = filter;
      if (before !== undefined) query.andWhere('slot.startsAt < :before', { before });
      if (hospitalId !== undefined) query.andWhere('slot.hospitalId = :hospitalId', { hospitalId });
      if (departmentId !== undefined) query.andWhere('slot.departmentId = :departmentId', { departmentId });
      if (doctorId !== undefined) query.andWhere('slot.doctorId = :doctorId', { doctorId });
      if (after !== undefined) {
        query.andWhere('(slot.startsAt > :at OR (slot.startsAt = :at AND slot.id > :afterId))', {
          at: after.startsAt,
          afterId: after.id,
        });
      }
      return query.getMany();
    });
  }

  /** As it is, without holding it. */
  async find({ manager }: Tx, id: string): Promise<Slot | null> {
    return manager.findOneBy(Slot, { id });
  }

  /** The row, held until the transaction ends: one booking at a time counts its places. */
  async lock({ manager }: Tx, id: string): Promise<Slot | null> {
    return manager.findOne(Slot, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Takes a place. @returns false when there is none */
  async take({ manager }: Tx, id: string): Promise<boolean> {
    const { affected } = await manager
      .createQueryBuilder()
      .update(Slot)
      .set({ booked: () => 'booked + 1' })
      .where('id = :id AND booked < capacity', { id })
      .execute();
    return affected === 1;
  }

  /** Gives a place back. */
  async giveBack({ manager }: Tx, id: string): Promise<void> {
    await manager.decrement(Slot, { id }, 'booked', 1);
  }
}
