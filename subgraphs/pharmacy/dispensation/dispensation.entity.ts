import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

@Entity('dispensation')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'Medicine that was handed out. 发药记录' })
export class Dispensation {
  @Field(() => ID, { description: 'Identifier, `dsp_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  /** An order is handed out once. */
  @Column({ ...idColumn, name: 'order_id' })
  orderId!: string;

  @Column({ ...idColumn, name: 'prescription_id', nullable: true })
  prescriptionId!: string | null;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  /** Who ordered it. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Column({ ...idColumn, name: 'pharmacist_account_id' })
  pharmacistAccountId!: string;

  /** JSON of the ten items as they were compared; empty without a prescription. */
  @Column({ type: 'text' })
  checks!: string;

  @Field(() => DateTime, { description: 'When it was handed out. 发药时间' })
  @Column({ type: 'datetime', precision: 3, name: 'dispensed_at' })
  dispensedAt!: Date;
}

@Entity('dispensation_line')
@ObjectType({ description: 'Packs of one batch that were handed out. 发药明细' })
export class DispensationLine {
  @PrimaryColumn({ ...idColumn, name: 'dispensation_id' })
  dispensationId!: string;

  @PrimaryColumn({ ...idColumn, name: 'batch_id' })
  batchId!: string;

  @Column({ ...idColumn, name: 'sku_id' })
  skuId!: string;

  @Field(() => Int, { description: 'Packs. 数量' })
  @Column({ type: 'int' })
  quantity!: number;
}

/** The code of one pack (药品追溯码). It is handed out once, ever. */
@Entity('trace_code')
export class TraceCode {
  @PrimaryColumn({ type: 'char', length: 20, charset: 'ascii', collation: 'ascii_bin' })
  code!: string;

  @Column({ ...idColumn, name: 'dispensation_id' })
  dispensationId!: string;

  @Column({ ...idColumn, name: 'batch_id' })
  batchId!: string;
}
