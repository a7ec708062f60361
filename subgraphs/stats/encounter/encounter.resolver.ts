import { Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { pageSize } from '../../../shared/pagination/connection.ts';
import type { StatsContext } from '../context.ts';
import { Doctor } from '../external/doctor.ts';
import { DayRangeArgs, parseRange } from '../range/day-range.ts';
import { DoctorEfficiency } from './encounter.types.ts';

@Resolver(() => DoctorEfficiency)
export class EfficiencyResolver {
  @Query(() => [DoctorEfficiency], {
    description: 'The doctors with the most consultations, the busiest first. 医生效率报表',
  })
  async doctorEfficiency(
    @Args(() => DayRangeArgs) days: DayRangeArgs,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 if not given.' })
    first: number | null | undefined,
    @Ctx() { services }: StatsContext,
  ): Promise<DoctorEfficiency[]> {
    return services.encounters.busiest(parseRange(days), pageSize(first));
  }

  @FieldResolver(() => Doctor, { description: 'Whose work. 医生' })
  doctor(@Root() efficiency: DoctorEfficiency): Doctor {
    return Doctor.of(efficiency.doctorId);
  }
}

@Resolver(() => Doctor)
export class DoctorEfficiencyResolver {
  @FieldResolver(() => DoctorEfficiency, {
    nullable: true,
    description: 'The work of these days. 工作效率',
  })
  async efficiency(
    @Root() doctor: Doctor,
    @Args(() => DayRangeArgs) days: DayRangeArgs,
    @Ctx() { loaders, services }: StatsContext,
  ): Promise<DoctorEfficiency | null> {
    return loaders.of(services.encounters.byDoctor).load({ id: doctor.id, ...parseRange(days) });
  }
}
