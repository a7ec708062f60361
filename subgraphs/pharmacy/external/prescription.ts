import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A prescription, owned by care. 处方' })
export class Prescription {
  @Field(() => ID, { description: 'Identifier, `rxn_<ULID>`.' })
  id!: string;

  static of(id: string): Prescription {
    return Object.assign(new Prescription(), { id });
  }
}
