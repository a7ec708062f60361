import { LessThan, MoreThan } from 'typeorm';
import { addDays, businessDay } from '../../../shared/clock/business-day.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { Schedule } from '../schedule/schedule.entity.ts';
import { layOut } from '../schedule/session-plan.ts';
import { Slot } from '../schedule/slot.entity.ts';

const DAYS = 7;
/** Morning, afternoon, and an evening to midnight, so that at any hour something of today is left. */
const SESSIONS = [
  { startTime: '08:30', slots: 6 },
  { startTime: '14:00', slots: 6 },
  { startTime: '18:00', slots: 12 },
];
const PLAN = { slotMinutes: 30, capacityPerSlot: 3, feeFen: 2000 };

/** Natural keys of a demo doctor and of where the doctor practises. */
interface DemoPractice {
  readonly doctor: string;
  readonly hospital: string;
  readonly department: string;
}

/** The sessions of seven days from today on; one that is there, or a doctor who is busy then, is left alone. */
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
  for (let day = 0; day < DAYS; day += 1) {
    for (const session of SESSIONS) {
      const date = addDays(businessDay(now), day);
      const { schedule, slots } = layOut({ ...PLAN, ...session, date }, place, now, (type, part) =>
        stableId(type, `${doctor} ${date} ${session.startTime} ${part}`),
      );
      const { doctorId, startsAt, endsAt } = schedule;
      const taken = { doctorId, startsAt: LessThan(endsAt), endsAt: MoreThan(startsAt) };
      if (await manager.existsBy(Schedule, taken)) continue;
      await manager.insert(Schedule, schedule);
      await manager.insert(Slot, slots);
    }
  }
}
