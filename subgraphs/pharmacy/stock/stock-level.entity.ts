import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

@Entity('stock_level')
@ObjectType({ description: 'What a warehouse has of a medicine, over all batches. 库存' })
export class StockLevel {
  @PrimaryColumn({ ...idColumn, name: 'warehouse_id' })
  warehouseId!: string;

  @PrimaryColumn({ ...idColumn, name: 'sku_id' })
  skuId!: string;

  @Column({ ...idColumn, name: 'pharmacy_id' })
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
