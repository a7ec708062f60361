import { Field, Float, InputType, registerEnumType } from 'type-graphql';

export enum Datum {
  WGS84 = 'WGS84',
  GCJ02 = 'GCJ02',
}

registerEnumType(Datum, {
  name: 'Datum',
  description: 'In which system coordinates are given. 坐标系',
  valuesConfig: {
    WGS84: { description: 'GPS. 国际坐标系' },
    GCJ02: { description: 'What maps in mainland China give. 国测局坐标系（火星坐标）' },
  },
});

@InputType({ description: 'A place on the earth. 位置' })
export class GeoPointInput {
  @Field(() => Float, { description: 'Latitude in degrees, -90 to 90. 纬度' })
  latitude!: number;

  @Field(() => Float, { description: 'Longitude in degrees, -180 to 180. 经度' })
  longitude!: number;

  @Field(() => Datum, { description: 'The system of the two. 坐标系' })
  datum!: Datum;
}
