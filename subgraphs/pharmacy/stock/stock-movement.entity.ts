import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum StockMovementKind {
  RECEIVE = 'RECEIVE',
  HOLD = 'HOLD',
  RELEASE = 'RELEASE',
  SELL = 'SELL',
  WRITE_OFF = 'WRITE_OFF',
}

registerEnumType(StockMovementKind, {
  name: 'StockMovementKind',
  description: 'What happened to packs of a batch. 库存变动类型',
  valuesConfig: {
    RECEIVE: { description: 'They came. 入库' },
    HOLD: { description: 'They were held for an order. 占用' },
    RELEASE: { description: 'An order gave them back. 释放' },
    SELL: { description: 'They were sold. 出库' },
    WRITE_OFF: { description: 'They are lost or no longer fit to be sold. 报损' },
  },
});

/** The ledger: one row for each change of a batch, never changed. The levels can be computed anew from it. */
@Entity('stock_movement')
@ObjectType({ description: 'One change of a batch. 库存流水' })
export class StockMovement {
  @Field(() => ID, { description: 'Identifier, `mov_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  @Column({ ...idColumn, name: 'batch_id' })
  batchId!: string;

  @Field(() => StockMovementKind, { description: 'What happened. 类型' })
  @Column({ type: 'varchar', length: 16 })
  kind!: StockMovementKind;

  @Field(() => Int, { description: 'How many packs. 数量' })
  @Column({ type: 'int' })
  quantity!: number;

  @Field(() => ID, { nullable: true, description: 'For which order, `ord_<ULID>`. 订单' })
  @Column({ ...idColumn, name: 'order_id', nullable: true })
  orderId!: string | null;

  @Field(() => String, { nullable: true, description: 'Why, where somebody had to say. 原因' })
  @Column({ type: 'varchar', length: 255, nullable: true })
  reason!: string | null;

  @Field(() => String, { description: 'Account or service that did it. 操作人' })
  @Column({ type: 'varchar', length: 64, name: 'actor_id', charset: 'ascii', collation: 'ascii_bin' })
  actorId!: string;

  @Field(() => DateTime, { description: 'When. 时间' })
  @Column({ type: 'datetime', precision: 3 })
  at!: Date;
}
