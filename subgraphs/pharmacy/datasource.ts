import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Ingredient } from './catalogue/ingredient.entity.ts';
import { Sku } from './catalogue/sku.entity.ts';
import { Spu } from './catalogue/spu.entity.ts';
import { Catalogue1764800000000 } from './migrations/1764800000000-catalogue.ts';
import { SafetyRulesAndReviews1764900000000 } from './migrations/1764900000000-safety-rules-and-reviews.ts';
import { PrescriptionReview } from './review/prescription-review.entity.ts';
import { PrescriptionLine, SnapshotRow } from './review/prescription-snapshot.entity.ts';
import { SafetyRule } from './safety/safety-rule.entity.ts';

export const database: DatabaseParts = {
  entities: [Spu, Sku, Ingredient, SafetyRule, SnapshotRow, PrescriptionLine, PrescriptionReview],
  migrations: [Catalogue1764800000000, SafetyRulesAndReviews1764900000000],
};
