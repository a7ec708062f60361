import { Directive, Field, Float, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

const toNumber = { to: (value: number) => value, from: Number };

@Entity('hospital')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A hospital. 医院' })
export class Hospital {
  @Field(() => ID, { description: 'Identifier, `hos_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Field(() => String, { description: 'Official name. 名称' })
  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Grade in the national classification. 等级' })
  @Column({ type: 'varchar', length: 32, nullable: true })
  level!: string | null;

  @Field(() => String, { description: 'Province, or municipality. 省' })
  @Column({ type: 'varchar', length: 32 })
  province!: string;

  @Field(() => String, { description: 'City. 市' })
  @Column({ type: 'varchar', length: 32 })
  city!: string;

  @Field(() => String, { description: 'Street address. 地址' })
  @Column({ type: 'varchar', length: 255 })
  address!: string;

  @Field(() => Float, { description: 'Latitude in degrees, WGS-84. 纬度' })
  @Column({ type: 'decimal', precision: 9, scale: 6, transformer: toNumber })
  latitude!: number;

  @Field(() => Float, { description: 'Longitude in degrees, WGS-84. 经度' })
  @Column({ type: 'decimal', precision: 9, scale: 6, transformer: toNumber })
  longitude!: number;
}
