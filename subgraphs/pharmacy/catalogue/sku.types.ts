import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Ingredient } from './ingredient.entity.ts';

@Directive('@inaccessible')
@ObjectType({ description: 'What another subgraph needs to know of a medicine. For other subgraphs alone.' })
export class SkuInfo {
  @Field(() => ID, { description: 'Identifier, `sku_<ULID>`.' })
  id!: string;

  @Field(() => String, { description: 'Chinese name, as on the package. 药品名称' })
  name!: string;

  @Field(() => String, { description: 'What one unit holds. 规格' })
  strength!: string;

  @Field(() => Boolean, { description: 'Sold on prescription only. 处方药' })
  isPrescription!: boolean;

  @Field(() => Boolean, { description: 'Neither prescribed nor sold online. 禁止网络销售' })
  isOnlineForbidden!: boolean;

  @Field(() => [Ingredient], { description: 'Its active ingredients. 有效成分' })
  ingredients!: Ingredient[];
}
