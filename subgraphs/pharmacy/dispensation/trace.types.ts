import { Field, ObjectType } from 'type-graphql';
import { Dispensation } from './dispensation.entity.ts';

@ObjectType({ description: 'Where a pack came from and where it went. 追溯结果' })
export class Trace {
  @Field(() => String, { description: 'The code of the pack. 追溯码' })
  code!: string;

  @Field(() => Dispensation, { description: 'How it was handed out. 发药记录' })
  dispensation!: Dispensation;

  batchId!: string;
}
