import { readFileSync } from 'node:fs';
import type { Tx } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { Ingredient } from '../catalogue/ingredient.entity.ts';
import { Sku } from '../catalogue/sku.entity.ts';
import { Spu } from '../catalogue/spu.entity.ts';

interface DrugRow {
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  readonly atc: string | null;
  readonly form: string;
  readonly formEn: string;
  readonly strength: string;
  readonly pack: string;
  readonly unit: string;
  readonly unitsPerPack: number;
  readonly unitPrice: string;
  readonly isPrescription: boolean;
  readonly controlledClass: string | null;
  readonly isOnlineForbidden: boolean;
  readonly isTraditional: boolean;
  readonly isAntimicrobial: boolean;
  readonly needsSkinTest: boolean;
  readonly isColdChain: boolean;
  readonly isHighAlert: boolean;
  readonly ingredients: readonly Pick<Ingredient, 'name' | 'nameEn' | 'atc' | 'milligrams'>[];
}

/** The catalogue of the demo. Prices are made up; what a drug is comes from the reference data. */
export async function seedCatalogue({ manager }: Tx): Promise<void> {
  const rows = JSON.parse(readFileSync(new URL('./drugs.json', import.meta.url), 'utf8')) as DrugRow[];
  const skuId = (row: DrugRow) => stableId('sku', row.code);
  const spuId = (row: DrugRow) => stableId('spu', row.name);
  await manager.upsert(
    Spu,
    rows.map((row) => ({
      id: spuId(row),
      name: row.name,
      nameEn: row.nameEn,
      atc: row.atc,
      form: row.form,
      formEn: row.formEn,
      isTraditional: row.isTraditional,
      isAntimicrobial: row.isAntimicrobial,
      needsSkinTest: row.needsSkinTest,
      isColdChain: row.isColdChain,
      isHighAlert: row.isHighAlert,
    })),
    ['id'],
  );
  await manager.upsert(
    Sku,
    rows.map((row) => ({
      id: skuId(row),
      code: row.code,
      spuId: spuId(row),
      name: row.name,
      nameEn: row.nameEn,
      strength: row.strength,
      pack: row.pack,
      unit: row.unit,
      unitsPerPack: row.unitsPerPack,
      unitPrice: row.unitPrice,
      isPrescription: row.isPrescription,
      controlledClass: row.controlledClass,
      isOnlineForbidden: row.isOnlineForbidden,
    })),
    ['id'],
  );
  await manager.upsert(
    Ingredient,
    rows.flatMap((row) =>
      row.ingredients.map((each, index) => ({ ...each, skuId: skuId(row), position: index + 1 })),
    ),
    ['skuId', 'position'],
  );
}
