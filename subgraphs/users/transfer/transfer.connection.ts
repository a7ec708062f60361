import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../../../shared/pagination/page-info.ts';
import { PatientTransfer } from './transfer.entity.ts';

@ObjectType({ description: 'One transfer in a list.' })
export class PatientTransferEdge {
  @Field(() => String, { description: 'Where this one stands in the list.' })
  cursor!: string;

  @Field(() => PatientTransfer, { description: 'The transfer. 转移' })
  node!: PatientTransfer;
}

@ObjectType({ description: 'A page of transfers, the newest first. 转移列表' })
export class PatientTransferConnection {
  @Field(() => [PatientTransferEdge], { description: 'The transfers of this page.' })
  edges!: PatientTransferEdge[];

  @Field(() => PageInfo, { description: 'What lies behind this page.' })
  pageInfo!: PageInfo;
}
