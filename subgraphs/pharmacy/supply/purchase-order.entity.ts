import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@Entity('purchase_order')
@ObjectType({ description: 'An order to a supplier, under which batches are received. 采购单' })
export class PurchaseOrder {
  @Field(() => ID, { description: 'Identifier, `pur_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  @Column({ ...idColumn, name: 'supplier_id' })
  supplierId!: string;

  @Field(() => String, { description: 'Its number, unique in the pharmacy. 采购单号' })
  @Column({ type: 'varchar', length: 64, charset: 'utf8mb4', collation: 'utf8mb4_bin' })
  number!: string;

  @Field(() => DateTime, { description: 'When it was made known here. 登记时间' })
  @Column({ type: 'datetime', precision: 3, name: 'recorded_at' })
  recordedAt!: Date;
}
