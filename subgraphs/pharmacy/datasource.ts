import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Ingredient } from './catalogue/ingredient.entity.ts';
import { Sku } from './catalogue/sku.entity.ts';
import { Spu } from './catalogue/spu.entity.ts';
import { Catalogue1764800000000 } from './migrations/1764800000000-catalogue.ts';

export const database: DatabaseParts = {
  entities: [Spu, Sku, Ingredient],
  migrations: [Catalogue1764800000000],
};
