import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

@Entity('sku')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A medicine in one strength and pack, as it is sold. 药品规格' })
export class Sku {
  @Field(() => ID, { description: 'Identifier, `sku_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Field(() => String, { description: 'Number in the catalogue, `D001`. 商品编码' })
  @Column({ type: 'varchar', length: 32, charset: 'ascii', collation: 'ascii_bin' })
  code!: string;

  @Column({ ...idColumn, name: 'spu_id' })
  spuId!: string;

  /** Chinese, as on the package. */
  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 128, name: 'name_en' })
  nameEn!: string;

  @Field(() => String, { description: 'What one unit holds, `0.25g`. 规格' })
  @Column({ type: 'varchar', length: 64 })
  strength!: string;

  @Field(() => String, { description: 'What one pack holds, `0.25g*24粒`. 包装' })
  @Column({ type: 'varchar', length: 64 })
  pack!: string;

  @Field(() => String, { description: 'The smallest unit that is taken: 片, 粒, 支, ml. 最小单位' })
  @Column({ type: 'varchar', length: 16 })
  unit!: string;

  @Field(() => Int, { description: 'How many of these units a pack holds. 每包装数量' })
  @Column({ type: 'int', name: 'units_per_pack' })
  unitsPerPack!: number;

  /** Yuan for one pack with six decimals, `12.500000`; a line is made of it by `lineTotalFen`. */
  @Column({ type: 'decimal', precision: 16, scale: 6, name: 'unit_price' })
  unitPrice!: string;

  @Field(() => Boolean, { description: 'Sold on prescription only. 处方药' })
  @Column({ type: 'boolean', name: 'is_prescription' })
  isPrescription!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Class of a controlled medicine, such as 第二类精神药品. 特殊管理类别',
  })
  @Column({ type: 'varchar', length: 32, nullable: true, name: 'controlled_class' })
  controlledClass!: string | null;

  @Field(() => Boolean, {
    description: 'Neither prescribed nor sold online (处方管理办法, 药品网络销售禁止清单). 禁止网络销售',
  })
  @Column({ type: 'boolean', name: 'is_online_forbidden' })
  isOnlineForbidden!: boolean;
}
