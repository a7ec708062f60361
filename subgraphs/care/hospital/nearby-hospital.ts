import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A hospital and how far it is. 附近医院' })
export class NearbyHospital {
  hospitalId!: string;

  @Field(() => Int, { description: 'Distance on the sphere in metres. 距离（米）' })
  distanceMetres!: number;
}
