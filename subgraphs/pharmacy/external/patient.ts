import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person to be treated, owned by users. 就诊人' })
export class Patient {
  @Field(() => ID, { description: 'Identifier, `pat_<ULID>`.' })
  id!: string;

  static of(id: string): Patient {
    return Object.assign(new Patient(), { id });
  }
}
