import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

@Entity('supplier')
@ObjectType({ description: 'A licensed wholesaler that medicines are bought from. 供应商' })
export class Supplier {
  @Field(() => ID, { description: 'Identifier, `sup_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Field(() => String, { description: 'Name. 名称' })
  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Field(() => String, { description: 'Number of its licence to trade in medicines. 药品经营许可证号' })
  @Column({ type: 'varchar', length: 64, name: 'licence_number' })
  licenceNumber!: string;
}
