import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { lineTotalFen, Money } from '../../../shared/money/money.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { PharmacyContext } from '../context.ts';
import { Ingredient } from './ingredient.entity.ts';
import { SkuConnection } from './sku.connection.ts';
import { Sku } from './sku.entity.ts';
import { SkuInfo } from './sku.types.ts';
import { Spu } from './spu.entity.ts';

const LONGEST_SEARCH = 64;
const MOST_INFOS = 100;

@Resolver(() => Sku)
export class SkuResolver {
  @Query(() => Sku, { nullable: true, description: 'A medicine by identifier. 药品' })
  async sku(
    @Arg('id', () => ID, { description: 'Identifier, `sku_<ULID>`.' }) id: string,
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<Sku | null> {
    return loaders.of(services.skus.byId).load(parseId('sku', id));
  }

  @Query(() => SkuConnection, { description: 'The medicines of the catalogue. 药品目录' })
  async drugs(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('search', () => String, {
      nullable: true,
      description: 'Part of the name, Chinese or English. 名称关键字',
    })
    search: string | null | undefined,
    @Ctx() { services }: PharmacyContext,
  ): Promise<SkuConnection> {
    const words = search?.trim() ?? '';
    if (words.length > LONGEST_SEARCH) {
      throw new AppError('VALIDATION_FAILED', { field: 'search', reason: `0 – ${LONGEST_SEARCH}` });
    }
    const after = cursorOf(page.after, codeOf);
    const size = pageSize(page.first);
    const rows = await services.skus.page({ search: words || undefined }, after, size + 1);
    return connectionOf(rows, size, (sku) => sku.code);
  }

  @Query(() => [SkuInfo], {
    description: 'What is known of these medicines; unknown ones are left out. For other subgraphs alone.',
  })
  @Directive('@inaccessible')
  async skuInfos(
    @Arg('ids', () => [ID], { description: 'At most 100 identifiers, `sku_<ULID>`.' }) ids: string[],
    @Ctx() { loaders, services }: PharmacyContext,
  ): Promise<SkuInfo[]> {
    if (ids.length > MOST_INFOS) {
      throw new AppError('VALIDATION_FAILED', { field: 'ids', reason: `0 – ${MOST_INFOS}` });
    }
    const wanted = [...new Set(ids)].map((id) => parseId('sku', id));
    const skus = (await loaders.of(services.skus.byId).loadMany(wanted)).map(orThrow);
    const ingredients = await loaders.of(services.skus.ingredientsOf).loadMany(wanted);
    return skus.flatMap((sku, index) => {
      if (sku === null) return [];
      const { id, name, strength, isPrescription, isOnlineForbidden } = sku;
      const parts = orThrow(ingredients[index] ?? null) ?? [];
      return [{ id, name, strength, isPrescription, isOnlineForbidden, ingredients: parts }];
    });
  }

  @FieldResolver(() => String, { description: 'Name as on the package. 药品名称' })
  name(@Root() sku: Sku, @Ctx() { locale }: PharmacyContext): string {
    return locale.startsWith('en') ? sku.nameEn : sku.name;
  }

  @FieldResolver(() => String, { description: 'Dosage form. 剂型' })
  async form(@Root() sku: Sku, @Ctx() context: PharmacyContext): Promise<string> {
    const spu = await spuOf(sku, context);
    return context.locale.startsWith('en') ? spu.formEn : spu.form;
  }

  @FieldResolver(() => Spu, { description: 'The medicine, whatever its pack. 药品（通用名与剂型）' })
  async spu(@Root() sku: Sku, @Ctx() context: PharmacyContext): Promise<Spu> {
    return spuOf(sku, context);
  }

  @FieldResolver(() => Money, { description: 'Price of one pack. 单价' })
  unitPrice(@Root() sku: Sku): number {
    return lineTotalFen(sku.unitPrice, 1);
  }

  @FieldResolver(() => [Ingredient], { description: 'Its active ingredients. 有效成分' })
  async ingredients(@Root() sku: Sku, @Ctx() { loaders, services }: PharmacyContext): Promise<Ingredient[]> {
    return (await loaders.of(services.skus.ingredientsOf).load(sku.id)) ?? [];
  }
}

@Resolver(() => Spu)
export class SpuResolver {
  @FieldResolver(() => String, { description: 'Generic name. 通用名' })
  name(@Root() spu: Spu, @Ctx() { locale }: PharmacyContext): string {
    return locale.startsWith('en') ? spu.nameEn : spu.name;
  }

  @FieldResolver(() => String, { description: 'Dosage form. 剂型' })
  form(@Root() spu: Spu, @Ctx() { locale }: PharmacyContext): string {
    return locale.startsWith('en') ? spu.formEn : spu.form;
  }
}

@Resolver(() => Ingredient)
export class IngredientResolver {
  @FieldResolver(() => String, { description: 'Name. 成分名称' })
  name(@Root() ingredient: Ingredient, @Ctx() { locale }: PharmacyContext): string {
    return locale.startsWith('en') ? ingredient.nameEn : ingredient.name;
  }
}

async function spuOf(sku: Sku, { loaders, services }: PharmacyContext): Promise<Spu> {
  return loaders.get(services.skus.spuById, sku.spuId, 'Spu');
}

function orThrow<T>(loaded: T | Error): T {
  if (loaded instanceof Error) throw loaded;
  return loaded;
}

function codeOf(text: string): string {
  if (/^[A-Za-z0-9-]{1,32}$/.test(text)) return text;
  throw new AppError('BAD_CURSOR');
}
