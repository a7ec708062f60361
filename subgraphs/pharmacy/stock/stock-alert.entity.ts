import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum StockAlertKind {
  LOW_STOCK = 'LOW_STOCK',
}

registerEnumType(StockAlertKind, {
  name: 'StockAlertKind',
  description: 'What an alert is about. 预警类型',
  valuesConfig: { LOW_STOCK: { description: 'Fewer packs are available than the threshold. 低库存' } },
});

@Entity('stock_alert')
@ObjectType({ description: 'Something that the staff of a pharmacy must act on. 库存预警' })
export class StockAlert {
  @Field(() => ID, { description: 'Identifier, `alt_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  @Field(() => Int, {
    description: 'Its number in the pharmacy, from 1 without gap; a cursor to go on after. 序号',
  })
  @Column({ type: 'int' })
  seq!: number;

  @Field(() => StockAlertKind, { description: 'What it is about. 类型' })
  @Column({ type: 'varchar', length: 16 })
  kind!: StockAlertKind;

  @Column({ ...idColumn, name: 'warehouse_id' })
  warehouseId!: string;

  @Column({ ...idColumn, name: 'sku_id' })
  skuId!: string;

  @Field(() => Int, { description: 'Packs that were available then. 当时可用数量' })
  @Column({ type: 'int' })
  available!: number;

  @Field(() => Int, { description: 'The threshold then. 当时阈值' })
  @Column({ type: 'int' })
  threshold!: number;

  @Field(() => DateTime, { description: 'When it was raised. 预警时间' })
  @Column({ type: 'datetime', precision: 3, name: 'raised_at' })
  raisedAt!: Date;
}
