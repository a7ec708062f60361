import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { Batch } from './batch.entity.ts';
import { StockLevel } from './stock-level.entity.ts';
import { StockMovement } from './stock-movement.entity.ts';

@ObjectType({ description: 'One batch in a list.' })
export class BatchEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => Batch, { description: 'The batch. 批次' })
  node!: Batch;
}

@ObjectType({ description: 'A page of batches. 批次列表' })
export class BatchConnection {
  @Field(() => [BatchEdge], { description: 'The batches of this page.' })
  edges!: BatchEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'The stock of one medicine in a list.' })
export class StockLevelEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => StockLevel, { description: 'The stock. 库存' })
  node!: StockLevel;
}

@ObjectType({ description: 'A page of stock. 库存列表' })
export class StockLevelConnection {
  @Field(() => [StockLevelEdge], { description: 'The stock of this page.' })
  edges!: StockLevelEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'One change of a batch in a list.' })
export class StockMovementEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => StockMovement, { description: 'The change. 库存流水' })
  node!: StockMovement;
}

@ObjectType({ description: 'A page of the ledger. 库存流水列表' })
export class StockMovementConnection {
  @Field(() => [StockMovementEdge], { description: 'The changes of this page.' })
  edges!: StockMovementEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
