import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { CareContext } from '../context.ts';
import { HospitalConnection } from './hospital.connection.ts';
import { Hospital } from './hospital.entity.ts';

@Resolver(() => Hospital)
export class HospitalResolver {
  @Query(() => Hospital, { nullable: true, description: 'A hospital by identifier. 医院' })
  async hospital(
    @Arg('id', () => ID, { description: 'Identifier, `hos_<ULID>`.' }) id: string,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Hospital | null> {
    return loaders.of(services.hospitals.byId).load(parseId('hos', id));
  }

  @Query(() => HospitalConnection, { description: 'All hospitals. 医院列表' })
  async hospitals(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('city', () => String, { nullable: true, description: 'Only those of this city. 城市' })
    city: string | null | undefined,
    @Ctx() { services }: CareContext,
  ): Promise<HospitalConnection> {
    const after = cursorOf(page.after, (text) => parseId('hos', text));
    const size = pageSize(page.first);
    const rows = await services.hospitals.page({ city: city ?? undefined }, after, size + 1);
    return connectionOf(rows, size, (hospital) => hospital.id);
  }
}

/** @throws AppError NOT_FOUND */
export async function getHospital({ loaders, services }: CareContext, id: string): Promise<Hospital> {
  const found = await loaders.of(services.hospitals.byId).load(id);
  if (!found) throw new AppError('NOT_FOUND', { what: 'Hospital' });
  return found;
}
