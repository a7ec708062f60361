import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { addDays, instantOf } from '../../../shared/clock/business-day.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { CareContext } from '../context.ts';
import { Department } from '../department/department.entity.ts';
import { getDepartment } from '../department/department.resolver.ts';
import { Doctor } from '../external/doctor.ts';
import { Hospital } from '../hospital/hospital.entity.ts';
import { getHospital } from '../hospital/hospital.resolver.ts';
import { SlotFilter } from './schedule.inputs.ts';
import { LONGEST_SLOT } from './session-plan.ts';
import { SlotConnection } from './slot.connection.ts';
import { Slot } from './slot.entity.ts';
import type { SlotCursor, SlotsAsked } from './slot.store.ts';

@Resolver(() => Slot)
export class SlotResolver {
  @Query(() => SlotConnection, { description: 'Slots that can be booked, the earliest first. 可预约号源' })
  async availableSlots(
    @Arg('filter', () => SlotFilter, { nullable: true, description: 'Which; all if not given. 筛选' })
    filter: SlotFilter | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: CareContext,
  ): Promise<SlotConnection> {
    const now = services.now();
    const after = cursorOf(page.after, parseCursor);
    const size = pageSize(page.first);
    const rows = await services.slots.available(filterOf(filter ?? {}, now), now, after, size + 1);
    return connectionOf(rows, size, ({ startsAt, id }) => `${startsAt.toISOString()}|${id}`);
  }

  @FieldResolver(() => Doctor, { description: 'With whom. 医生' })
  doctor(@Root() { doctorId }: Slot): Doctor {
    return Doctor.of(doctorId);
  }

  @FieldResolver(() => Hospital, { description: 'Where. 医院' })
  async hospital(@Root() { hospitalId }: Slot, @Ctx() context: CareContext): Promise<Hospital> {
    return getHospital(context, hospitalId);
  }

  @FieldResolver(() => Department, { description: 'In which department. 科室' })
  async department(@Root() { departmentId }: Slot, @Ctx() context: CareContext): Promise<Department> {
    return getDepartment(context, departmentId);
  }
}

function filterOf(input: SlotFilter, now: Date): SlotsAsked {
  const optional = (type: string, id: string | null | undefined) =>
    id == null ? undefined : parseId(type, id);
  // Nothing that began earlier can still be going on, and the index has the beginning.
  const earliest = new Date(now.getTime() - LONGEST_SLOT * 60_000);
  const from = input.from == null ? earliest : instantOf(input.from, '00:00');
  return {
    hospitalId: optional('hos', input.hospitalId),
    departmentId: optional('dep', input.departmentId),
    doctorId: optional('doc', input.doctorId),
    from: from > earliest ? from : earliest,
    before: input.to == null ? undefined : instantOf(addDays(input.to, 1), '00:00'),
  };
}

function parseCursor(text: string): SlotCursor {
  const [at = '', id = ''] = text.split('|');
  const startsAt = new Date(at);
  if (Number.isNaN(startsAt.getTime())) throw new RangeError('not an instant');
  return { startsAt, id: parseId('slt', id) };
}
