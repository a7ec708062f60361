import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { PharmacyContext } from '../context.ts';
import { PurchaseOrder } from './purchase-order.entity.ts';
import { SupplierConnection } from './supplier.connection.ts';
import { Supplier } from './supplier.entity.ts';

@Resolver(() => PurchaseOrder)
export class SupplyResolver {
  @Query(() => SupplierConnection, {
    description:
      'The register of licensed suppliers, for whoever manages the stock of a pharmacy. 供应商列表，限管理药房库存者',
  })
  async suppliers(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services }: PharmacyContext,
  ): Promise<SupplierConnection> {
    const after = cursorOf(page.after, (text) => parseId('sup', text));
    const size = pageSize(page.first);
    const rows = await services.supply.suppliers(after, size + 1);
    return connectionOf(rows, size, (supplier) => supplier.id);
  }

  @FieldResolver(() => Supplier, { description: 'Who was to deliver. 供应商' })
  async supplier(
    @Root() order: PurchaseOrder,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Supplier> {
    return loaders.get(services.supply.supplierById, order.supplierId, 'Supplier');
  }
}
