import { Arg, Ctx, FieldResolver, Float, Int, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { pageSize } from '../../../shared/pagination/connection.ts';
import type { CareContext } from '../context.ts';
import { GeoPointInput } from './geo-point.inputs.ts';
import { wgs84Of } from './geo-point.ts';
import { Hospital } from './hospital.entity.ts';
import { getHospital } from './hospital.resolver.ts';
import { NearbyHospital } from './nearby-hospital.ts';

const FARTHEST_KM = 200;

@Resolver(() => NearbyHospital)
export class NearbyHospitalResolver {
  @Query(() => [NearbyHospital], { description: 'Hospitals around a place, the nearest first. 附近医院' })
  async hospitalsNear(
    @Arg('near', () => GeoPointInput, { description: 'Around where. 位置' }) near: GeoPointInput,
    @Arg('radiusKm', () => Float, { description: `How far, up to ${FARTHEST_KM} km. 半径（公里）` })
    radiusKm: number,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 if not given.' })
    first: number | null | undefined,
    @Ctx() { services }: CareContext,
  ): Promise<NearbyHospital[]> {
    if (!(radiusKm > 0 && radiusKm <= FARTHEST_KM)) {
      throw new AppError('VALIDATION_FAILED', { field: 'radiusKm', reason: `0 – ${FARTHEST_KM}` });
    }
    return services.hospitals.near(wgs84Of(near), radiusKm * 1000, pageSize(first));
  }

  @FieldResolver(() => Hospital, { description: 'The hospital. 医院' })
  async hospital(@Root() { hospitalId }: NearbyHospital, @Ctx() context: CareContext): Promise<Hospital> {
    return getHospital(context, hospitalId);
  }
}
