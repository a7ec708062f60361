import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum StockHoldState {
  HELD = 'HELD',
  RELEASED = 'RELEASED',
  SOLD = 'SOLD',
}

/** Packs of one batch that an order has claimed. 订单占用 */
@Entity('stock_hold')
export class StockHold {
  @PrimaryColumn({ type: 'varchar', length: 40, name: 'order_id', charset: 'ascii', collation: 'ascii_bin' })
  orderId!: string;

  @PrimaryColumn({ type: 'varchar', length: 40, name: 'batch_id', charset: 'ascii', collation: 'ascii_bin' })
  batchId!: string;

  @Column({ type: 'varchar', length: 40, name: 'pharmacy_id', charset: 'ascii', collation: 'ascii_bin' })
  pharmacyId!: string;

  @Column({ type: 'varchar', length: 40, name: 'sku_id', charset: 'ascii', collation: 'ascii_bin' })
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
