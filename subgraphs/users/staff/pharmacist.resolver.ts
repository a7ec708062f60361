import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import type { UsersContext } from '../context.ts';
import { Pharmacist } from './pharmacist.entity.ts';

@Resolver(() => Pharmacist)
export class PharmacistResolver {
  @Query(() => Pharmacist, {
    nullable: true,
    description: 'A pharmacist by identifier, also one who no longer practises. 药师',
  })
  async pharmacist(
    @Arg('id', () => ID, { description: 'Identifier, `phm_<ULID>`.' }) id: string,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Pharmacist | null> {
    return loaders.of(services.pharmacists.byId).load(parseId('phm', id));
  }
}
