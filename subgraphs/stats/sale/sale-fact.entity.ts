import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** A line of an order that was paid. 销售事实 */
@Entity('sale_fact')
export class SaleFact {
  /** Pseudonym of the order. */
  @PrimaryColumn({ type: 'char', length: 64, name: 'order_ref', charset: 'ascii', collation: 'ascii_bin' })
  orderRef!: string;

  @PrimaryColumn({ type: 'smallint', name: 'line_no' })
  lineNo!: number;

  @Column({ ...idColumn, name: 'sku_id' })
  skuId!: string;

  /** Business day of the payment. */
  @Column({ type: 'char', length: 10, charset: 'ascii', collation: 'ascii_bin' })
  day!: string;

  /** Packs. */
  @Column({ type: 'int' })
  quantity!: number;

  @Column({ type: 'bigint', name: 'amount_fen', transformer: { to: (value: number) => value, from: Number } })
  amountFen!: number;
}
