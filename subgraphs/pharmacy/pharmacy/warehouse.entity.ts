import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

@Entity('warehouse')
@ObjectType({ description: 'Where a pharmacy keeps its stock. 仓库' })
export class Warehouse {
  @Field(() => ID, { description: 'Identifier, `whs_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;

  @Field(() => String, { description: 'Name. 名称' })
  @Column({ type: 'varchar', length: 128 })
  name!: string;
}
