import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { PharmacistTitle } from './staff-title.ts';

@Entity('pharmacist')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A licensed pharmacist and the public profile of one. 药师' })
export class Pharmacist {
  @Field(() => ID, { description: 'Identifier, `phm_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  /** The login of the pharmacist; nobody else's business. */
  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => String, { description: 'Name as on the licence. 姓名' })
  @Column({ type: 'varchar', length: 64 })
  name!: string;

  @Field(() => PharmacistTitle, { description: 'Professional rank. 职称' })
  @Column({ ...idColumn, length: 32 })
  title!: PharmacistTitle;
}
