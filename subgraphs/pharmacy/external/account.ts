import { Directive, Field, ID, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A login, owned by users. 账号' })
export class Account {
  @Field(() => ID, { description: 'Identifier, `acc_<ULID>`.' })
  id!: string;

  static of(id: string): Account {
    return Object.assign(new Account(), { id });
  }
}
