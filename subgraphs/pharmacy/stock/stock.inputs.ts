// Callers of the services read the enums without the rest of the subgraph.
import 'reflect-metadata';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { Money } from '../../../shared/money/money.ts';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';

export enum WriteOffReason {
  EXPIRED = 'EXPIRED',
  DAMAGED = 'DAMAGED',
  RECALLED = 'RECALLED',
  MISSING = 'MISSING',
}

registerEnumType(WriteOffReason, {
  name: 'WriteOffReason',
  description: 'Why packs are written off. 报损原因',
  valuesConfig: {
    EXPIRED: { description: 'They are past their last day. 过期' },
    DAMAGED: { description: 'They are broken, wet or were kept too warm. 破损' },
    RECALLED: { description: 'The manufacturer or the authority calls the lot back. 召回' },
    MISSING: { description: 'A count did not find them. 盘亏' },
  },
});

@InputType({ description: 'A lot that has come. 入库' })
export class ReceiveStockInput {
  @Field(() => ID, { description: 'Where it is put, `whs_<ULID>`. 仓库' })
  warehouseId!: string;

  @Field(() => ID, { description: 'The medicine, `sku_<ULID>`. 药品' })
  skuId!: string;

  @Field(() => ID, { description: 'Who delivered it, `sup_<ULID>`. 供应商' })
  supplierId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Number of the purchase order, known or new; without it one is made. 采购单号',
  })
  purchaseOrderNumber?: string | null;

  @Field(() => String, { description: "The manufacturer's lot number, 1 to 64 characters. 生产批号" })
  lot!: string;

  @Field(() => CalendarDate, { description: 'The last day on which it may be handed out. 有效期至' })
  expiresOn!: string;

  @Field(() => Int, { description: 'Packs, 1 to 1000000. 数量' })
  quantity!: number;

  @Field(() => Money, { description: 'What one pack cost. 进价' })
  unitCost!: number;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Packs that are lost or no longer fit to be sold. 报损' })
export class WriteOffStockInput {
  @Field(() => ID, { description: 'The batch, `bat_<ULID>`. 批次' })
  batchId!: string;

  @Field(() => Int, { description: 'Packs; at most those that are available. 数量' })
  quantity!: number;

  @Field(() => WriteOffReason, { description: 'Why. 原因' })
  reason!: WriteOffReason;

  @Field(() => String, { nullable: true, description: 'More about it, at most 200 characters. 备注' })
  note?: string | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'From when on stock of a medicine is low. 设置预警阈值' })
export class SetStockThresholdInput {
  @Field(() => ID, { description: 'The pharmacy, `pha_<ULID>`. 药房' })
  pharmacyId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The warehouse, `whs_<ULID>`; may be left out where the pharmacy has one. 仓库',
  })
  warehouseId?: string | null;

  @Field(() => ID, { description: 'The medicine, `sku_<ULID>`. 药品' })
  skuId!: string;

  @Field(() => Int, {
    description: 'With fewer packs than this available stock is low; 0 to 1000000. 阈值',
  })
  threshold!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The version that the change was made from; without it the last one wins. 版本',
  })
  expectedVersion?: number | null;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
