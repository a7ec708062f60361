import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A physician, owned by users. 医生' })
export class Doctor {
  @Field(() => ID, { description: 'Identifier, `doc_<ULID>`.' })
  id!: string;

  static of(id: string): Doctor {
    return Object.assign(new Doctor(), { id });
  }
}
