import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { CalendarDate, DateTime } from '../../../shared/scalars/scalars.ts';

/** What was received at one time of one lot. available + held + sold = received − writtenOff, always. */
@Entity('batch')
@ObjectType({ description: 'A received lot of a medicine in a warehouse. 批次' })
export class Batch {
  @Field(() => ID, { description: 'Identifier, `bat_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  @Column({ ...idColumn, name: 'warehouse_id' })
  warehouseId!: string;

  @Column({ ...idColumn, name: 'sku_id' })
  skuId!: string;

  @Column({ ...idColumn, name: 'supplier_id' })
  supplierId!: string;

  @Column({ ...idColumn, name: 'purchase_order_id' })
  purchaseOrderId!: string;

  @Field(() => String, { description: "The manufacturer's lot number. 生产批号" })
  @Column({ type: 'varchar', length: 64, charset: 'utf8mb4', collation: 'utf8mb4_bin' })
  lot!: string;

  @Field(() => CalendarDate, { description: 'The last day on which it may be handed out. 有效期至' })
  @Column({ type: 'char', length: 10, name: 'expires_on', charset: 'ascii', collation: 'ascii_bin' })
  expiresOn!: string;

  /** Yuan for one pack with six decimals. */
  @Column({ type: 'decimal', precision: 16, scale: 6, name: 'unit_cost' })
  unitCost!: string;

  @Field(() => Int, { description: 'Packs that came. 入库数量' })
  @Column({ type: 'int' })
  received!: number;

  @Field(() => Int, { description: 'Packs that nobody has claimed. 可用数量' })
  @Column({ type: 'int' })
  available!: number;

  @Field(() => Int, { description: 'Packs held for orders. 占用数量' })
  @Column({ type: 'int' })
  held!: number;

  @Field(() => Int, { description: 'Packs sold. 已售数量' })
  @Column({ type: 'int' })
  sold!: number;

  @Field(() => Int, { description: 'Packs written off. 报损数量' })
  @Column({ type: 'int', name: 'written_off' })
  writtenOff!: number;

  @Field(() => DateTime, { description: 'When it came. 入库时间' })
  @Column({ type: 'datetime', precision: 3, name: 'received_at' })
  receivedAt!: Date;
}
