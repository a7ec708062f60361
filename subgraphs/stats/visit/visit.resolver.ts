import { Arg, Args, Ctx, FieldResolver, Float, Int, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { StatsContext } from '../context.ts';
import { Hospital } from '../external/hospital.ts';
import { DayRangeArgs, parseRange } from '../range/day-range.ts';
import { HeatCell } from './visit.types.ts';

const SMALLEST_CELL = 0.01;
const LARGEST_CELL = 10;

@Resolver(() => Hospital)
export class VisitResolver {
  @Query(() => [HeatCell], {
    description:
      'Where patients came, by cells of a grid; cells with very few patients are left out. 就诊热力图',
  })
  async heatMap(
    @Args(() => DayRangeArgs) days: DayRangeArgs,
    @Arg('cellDegrees', () => Float, {
      defaultValue: 0.1,
      description: 'Height and width of a cell in degrees, 0.01 to 10. 网格边长（度）',
    })
    cellDegrees: number,
    @Ctx() { services }: StatsContext,
  ): Promise<HeatCell[]> {
    if (!(cellDegrees >= SMALLEST_CELL && cellDegrees <= LARGEST_CELL)) {
      throw new AppError('VALIDATION_FAILED', {
        field: 'cellDegrees',
        reason: `${SMALLEST_CELL} – ${LARGEST_CELL}`,
      });
    }
    return services.visits.cells(parseRange(days), cellDegrees, services.minPatients);
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How often patients came on these days. 就诊人次',
  })
  async visitCount(
    @Root() hospital: Hospital,
    @Args(() => DayRangeArgs) days: DayRangeArgs,
    @Ctx() { loaders, services }: StatsContext,
  ): Promise<number | null> {
    return loaders.of(services.visits.countByHospital).load({ id: hospital.id, ...parseRange(days) });
  }
}
