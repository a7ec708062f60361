import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('warehouse')
@ObjectType({ description: 'Where a pharmacy keeps its stock. 仓库' })
export class Warehouse {
  @Field(() => ID, { description: 'Identifier, `whs_<ULID>`.' })
  @PrimaryColumn({ type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
  id!: string;

  @Column({ type: 'varchar', length: 40, name: 'pharmacy_id', charset: 'ascii', collation: 'ascii_bin' })
  pharmacyId!: string;

  @Field(() => String, { description: 'Name. 名称' })
  @Column({ type: 'varchar', length: 128 })
  name!: string;
}
