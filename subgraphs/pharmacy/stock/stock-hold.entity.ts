import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

export enum StockHoldState {
  HELD = 'HELD',
  RELEASED = 'RELEASED',
  SOLD = 'SOLD',
}

/** Packs of one batch that an order has claimed. 订单占用 */
@Entity('stock_hold')
export class StockHold {
  @PrimaryColumn({ ...idColumn, name: 'order_id' })
  orderId!: string;

  @PrimaryColumn({ ...idColumn, name: 'batch_id' })
  batchId!: string;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  @Column({ ...idColumn, name: 'sku_id' })
  skuId!: string;

  @Column({ type: 'int' })
  quantity!: number;

  @Column({ type: 'varchar', length: 16 })
  state!: StockHoldState;

  /** Until when its order may be paid; the order's own job releases it. */
  @Column({ type: 'datetime', precision: 3, name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'datetime', precision: 3, name: 'changed_at' })
  changedAt!: Date;
}
