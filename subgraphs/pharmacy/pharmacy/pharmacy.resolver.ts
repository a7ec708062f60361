import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { PharmacyContext } from '../context.ts';
import { PharmacyConnection } from './pharmacy.connection.ts';
import { Pharmacy } from './pharmacy.entity.ts';
import { assertReadsStockOf } from './pharmacy.rules.ts';
import { Warehouse } from './warehouse.entity.ts';

@Resolver(() => Pharmacy)
export class PharmacyResolver {
  @Query(() => Pharmacy, { nullable: true, description: 'A pharmacy by identifier. 药房' })
  async pharmacy(
    @Arg('id', () => ID, { description: 'Identifier, `pha_<ULID>`.' }) id: string,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Pharmacy | null> {
    return loaders.of(services.pharmacies.byId).load(parseId('pha', id));
  }

  @Query(() => PharmacyConnection, { description: 'All pharmacies. 药房列表' })
  async pharmacies(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: PharmacyContext,
  ): Promise<PharmacyConnection> {
    const after = cursorOf(page.after, (text) => parseId('pha', text));
    const size = pageSize(page.first);
    const rows = await services.pharmacies.page(after, size + 1);
    return connectionOf(rows, size, (pharmacy) => pharmacy.id);
  }

  @Query(() => [Warehouse], { description: 'The warehouses of a pharmacy, for its staff. 仓库列表' })
  async warehouses(
    @Arg('pharmacyId', () => ID, { description: 'The pharmacy, `pha_<ULID>`.' }) pharmacyId: string,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<Warehouse[]> {
    assertReadsStockOf(actor, parseId('pha', pharmacyId));
    return services.pharmacies.warehousesOf(pharmacyId);
  }
}

@Resolver(() => Warehouse)
export class WarehouseResolver {
  @FieldResolver(() => Pharmacy, { description: 'Whose warehouse it is. 药房' })
  async pharmacy(
    @Root() warehouse: Warehouse,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Pharmacy> {
    return loaders.get(services.pharmacies.byId, warehouse.pharmacyId, 'Pharmacy');
  }
}
