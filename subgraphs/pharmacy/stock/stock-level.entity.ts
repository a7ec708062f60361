import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('stock_level')
@ObjectType({ description: 'What a warehouse has of a medicine, over all batches. 库存' })
export class StockLevel {
  @PrimaryColumn({
    type: 'varchar',
    length: 40,
    name: 'warehouse_id',
    charset: 'ascii',
    collation: 'ascii_bin',
  })
  warehouseId!: string;

  @PrimaryColumn({ type: 'varchar', length: 40, name: 'sku_id', charset: 'ascii', collation: 'ascii_bin' })
  skuId!: string;

  @Column({ type: 'varchar', length: 40, name: 'pharmacy_id', charset: 'ascii', collation: 'ascii_bin' })
  pharmacyId!: string;

  @Field(() => Int, { description: 'With fewer packs than this available, stock is low. 预警阈值' })
  @Column({ type: 'int' })
  threshold!: number;

  @Field(() => Boolean, { description: 'Whether it is low, and so an alert was raised. 是否低库存' })
  @Column({ type: 'boolean', name: 'is_low' })
  isLow!: boolean;

  @Field(() => Int, { description: 'Counts the changes of the threshold. 版本' })
  @Column({ type: 'int' })
  version!: number;
}
