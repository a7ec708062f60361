import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Visits in one cell of the map. 热力图网格' })
export class HeatCell {
  @Field(() => Float, { description: 'Latitude of its middle in degrees, WGS-84. 纬度' })
  latitude!: number;

  @Field(() => Float, { description: 'Longitude of its middle in degrees, WGS-84. 经度' })
  longitude!: number;

  @Field(() => Int, { description: 'How often patients came. 就诊人次' })
  visits!: number;
}
