import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

const toNumber = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

@Entity('ingredient')
@ObjectType({ description: 'An active ingredient of a medicine: what safety rules look at. 有效成分' })
export class Ingredient {
  @PrimaryColumn({ ...idColumn, name: 'sku_id' })
  skuId!: string;

  /** From 1, in the order of the label. */
  @PrimaryColumn({ type: 'int' })
  position!: number;

  /** Where a rule is written against a fixed combination, its main ingredient has the code of the combination. */
  @Field(() => String, {
    nullable: true,
    description: 'ATC code; none for herbs, which no ATC rule can check. ATC编码',
  })
  @Column({ type: 'varchar', length: 8, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  atc!: string | null;

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 128, name: 'name_en' })
  nameEn!: string;

  /** In one unit of the SKU (a tablet, a millilitre); null where it is not counted in milligrams, as insulin. */
  @Column({ type: 'decimal', precision: 12, scale: 4, nullable: true, transformer: toNumber })
  milligrams!: number | null;
}
