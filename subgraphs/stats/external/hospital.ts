import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A hospital, owned by care. 医院' })
export class Hospital {
  @Field(() => ID, { description: 'Identifier, `hos_<ULID>`.' })
  id!: string;

  static of(id: string): Hospital {
    return Object.assign(new Hospital(), { id });
  }
}
