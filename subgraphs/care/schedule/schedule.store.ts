import { Between, In, LessThan, MoreThan } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Schedule } from './schedule.entity.ts';
import { Slot } from './slot.entity.ts';

export class ScheduleStore {
  readonly #db: Db;
  readonly byId: BatchRead<string, Schedule>;

  constructor(db: Db) {
    this.#db = db;
    this.byId = {
      name: 'schedule.byId',
      read: async (ids) => {
        const rows = await db.read((manager) => manager.findBy(Schedule, { id: In([...ids]) }));
        return inOrder(ids, rows, (row) => row.id);
      },
    };
  }

  /** Sessions of a doctor's account, by days. @param from @param to first and last day, `2026-11-24` */
  async ofAccount(doctorAccountId: string, from: string, to: string): Promise<Schedule[]> {
    return this.#db.read((manager) =>
      manager.find(Schedule, {
        where: { doctorAccountId, day: Between(from, to) },
        order: { startsAt: 'ASC' },
      }),
    );
  }

  /** Whether the doctor has a session that shares time with this span. */
  async isBusy({ manager }: Tx, doctorId: string, startsAt: Date, endsAt: Date): Promise<boolean> {
    return manager.existsBy(Schedule, { doctorId, startsAt: LessThan(endsAt), endsAt: MoreThan(startsAt) });
  }

  /** The account of the doctor whose slot it is; null for a slot that there is not. */
  async doctorAccountOfSlot(slotId: string): Promise<string | null> {
    const [row] = await this.#db.readPrimary((manager) =>
      manager.query<{ account: string }[]>(
        `SELECT schedule.doctor_account_id AS account FROM slot
         JOIN schedule ON schedule.id = slot.schedule_id WHERE slot.id = ?`,
        [slotId],
      ),
    );
    return row?.account ?? null;
  }

  async insert({ manager }: Tx, schedule: Schedule, slots: Slot[]): Promise<void> {
    await manager.insert(Schedule, schedule);
    await manager.insert(Slot, slots);
  }

  /** The last committed state of one that there is. */
  async latest(id: string): Promise<Schedule> {
    return this.#db.readPrimary((manager) => manager.findOneByOrFail(Schedule, { id }));
  }

  async get({ manager }: Tx, id: string): Promise<Schedule> {
    return manager.findOneByOrFail(Schedule, { id });
  }
}
