import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Nothing is added to it here, so nobody comes from the router to resolve it. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ description: 'A medicine as it is sold, owned by pharmacy. 药品规格' })
export class Sku {
  @Field(() => ID, { description: 'Identifier, `sku_<ULID>`.' })
  id!: string;

  static of(id: string): Sku {
    return Object.assign(new Sku(), { id });
  }
}
