import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

@Entity('pharmacy')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A pharmacy that sells and hands out. 药房' })
export class Pharmacy {
  @Field(() => ID, { description: 'Identifier, `pha_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Field(() => String, { description: 'Name. 名称' })
  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Field(() => String, { description: 'City. 城市' })
  @Column({ type: 'varchar', length: 32 })
  city!: string;

  @Field(() => String, { description: 'Street address. 地址' })
  @Column({ type: 'varchar', length: 255 })
  address!: string;
}
