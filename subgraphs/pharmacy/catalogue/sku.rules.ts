import { isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';

const catalogueOfAll = {
  id: anyone,
  code: anyone,
  name: anyone,
  strength: anyone,
  pack: anyone,
  unit: anyone,
  unitsPerPack: anyone,
  form: anyone,
  spu: anyone,
  unitPrice: anyone,
  isPrescription: anyone,
  controlledClass: anyone,
  isOnlineForbidden: anyone,
  ingredients: anyone,
};

export const skuRules: RuleMap = {
  Query: { sku: anyone, drugs: anyone, skuInfos: isService },
  Sku: catalogueOfAll,
  Spu: anyone,
  Ingredient: anyone,
  SkuConnection: anyone,
  SkuEdge: anyone,
  SkuInfo: isService,
};
