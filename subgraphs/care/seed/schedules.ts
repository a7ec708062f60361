import { addDays, businessDay } from '../../../shared/clock/business-day.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { LessThan, MoreThan } from 'typeorm';
import { Schedule } from '../schedule/schedule.entity.ts';
import { layOut } from '../schedule/session-plan.ts';
import { Slot } from '../schedule/slot.entity.ts';

const DAYS = 7;
const SESSIONS = ['08:30', '14:00'] as const;
const PLAN = { slotMinutes: 30, slots: 6, capacityPerSlot: 3, feeFen: 2000 };

/** Natural keys of a demo doctor and of where the doctor practises. */
interface DemoPractice {
  readonly doctor: string;
  readonly hospital: string;
  readonly department: string;
}

/** A morning and an afternoon on each of the seven days after today; a session that is there, or a doctor who is busy then, is left alone. */
export async function seedSchedules(
  manager: Tx['manager'],
  { doctor, hospital, department }: DemoPractice,
  now: Date,
): Promise<void> {
  const place = {
    doctorId: stableId('doc', doctor),
    doctorAccountId: stableId('acc', doctor),
    hospitalId: stableId('hos', hospital),
    departmentId: stableId('dep', department),
  };
  for (let day = 1; day <= DAYS; day += 1) {
    for (const startTime of SESSIONS) {
      const date = addDays(businessDay(now), day);
      const { schedule, slots } = layOut({ ...PLAN, date, startTime }, place, now, (type, part) =>
        stableId(type, `${doctor} ${date} ${startTime} ${part}`),
      );
      const { doctorId, startsAt, endsAt } = schedule;
      const taken = { doctorId, startsAt: LessThan(endsAt), endsAt: MoreThan(startsAt) };
      if (await manager.existsBy(Schedule, taken)) continue;
      await manager.insert(Schedule, schedule);
      await manager.insert(Slot, slots);
    }
  }
}
