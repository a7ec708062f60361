import { Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { pageSize } from '../../../shared/pagination/connection.ts';
import type { StatsContext } from '../context.ts';
import { Sku } from '../external/sku.ts';
import { DayRangeArgs, parseRange } from '../range/day-range.ts';
import { TopDrug } from './sale.types.ts';

@Resolver(() => TopDrug)
export class SaleResolver {
  @Query(() => [TopDrug], { description: 'The medicines that were sold most. 药品销量排行榜' })
  async topDrugs(
    @Args(() => DayRangeArgs) days: DayRangeArgs,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 if not given.' })
    first: number | null | undefined,
    @Ctx() { services }: StatsContext,
  ): Promise<TopDrug[]> {
    const sold = await services.sales.top(parseRange(days), pageSize(first));
    return sold.map(({ skuId, quantity, amountFen }, index) =>
      Object.assign(new TopDrug(), { skuId, rank: index + 1, quantity, amount: amountFen }),
    );
  }

  @FieldResolver(() => Sku, { description: 'The medicine. 药品' })
  sku(@Root() drug: TopDrug): Sku {
    return Sku.of(drug.skuId);
  }
}
