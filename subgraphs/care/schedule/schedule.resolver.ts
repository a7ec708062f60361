import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { addDays, businessDay } from '../../../shared/clock/business-day.ts';
import { holds } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import type { CareContext } from '../context.ts';
import { Department } from '../department/department.entity.ts';
import { getDepartment } from '../department/department.resolver.ts';
import { Doctor } from '../external/doctor.ts';
import { Hospital } from '../hospital/hospital.entity.ts';
import { getHospital } from '../hospital/hospital.resolver.ts';
import { Schedule } from './schedule.entity.ts';
import { PublishScheduleInput } from './schedule.inputs.ts';
import { Slot } from './slot.entity.ts';

const MOST_DAYS = 31;

@Resolver(() => Schedule)
export class ScheduleResolver {
  @Mutation(() => Schedule, { description: 'Publishes a session of the calling doctor. 发布排班' })
  async publishSchedule(
    @Arg('input', () => PublishScheduleInput, { description: 'The session.' }) input: PublishScheduleInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<Schedule> {
    return services.scheduling.publish(actor, input);
  }

  @Query(() => [Schedule], {
    description: `The sessions of the calling doctor within at most ${MOST_DAYS} days. 我的排班`,
  })
  async mySchedules(
    @Arg('from', () => CalendarDate, { nullable: true, description: 'First day; today if not given.' })
    from: string | null | undefined,
    @Arg('to', () => CalendarDate, { nullable: true, description: 'Last day; a week after the first.' })
    to: string | null | undefined,
    @Ctx() { actor, services }: CareContext,
  ): Promise<Schedule[]> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const first = from ?? businessDay(services.now());
    const last = to ?? addDays(first, 6);
    if (last < first || last >= addDays(first, MOST_DAYS)) {
      throw new AppError('VALIDATION_FAILED', { field: 'to', reason: `1 – ${MOST_DAYS}` });
    }
    const own = await services.schedules.ofAccount(actor.accountId, first, last);
    return own.filter((schedule) => holds(actor, 'schedule.publish', schedule));
  }

  @FieldResolver(() => Doctor, { description: 'Whose session. 医生' })
  doctor(@Root() { doctorId }: Schedule): Doctor {
    return Doctor.of(doctorId);
  }

  @FieldResolver(() => Hospital, { description: 'Where. 医院' })
  async hospital(@Root() { hospitalId }: Schedule, @Ctx() context: CareContext): Promise<Hospital> {
    return getHospital(context, hospitalId);
  }

  @FieldResolver(() => Department, { description: 'In which department. 科室' })
  async department(@Root() { departmentId }: Schedule, @Ctx() context: CareContext): Promise<Department> {
    return getDepartment(context, departmentId);
  }

  @FieldResolver(() => [Slot], { description: 'Its slots, at most 96, in order. 号源' })
  async slots(@Root() { id }: Schedule, @Ctx() { loaders, services }: CareContext): Promise<Slot[]> {
    return (await loaders.of(services.slots.ofSchedule).load(id)) ?? [];
  }
}
