import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

@Entity('department')
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A department of the national catalogue (医疗机构诊疗科目名录). 科室' })
export class Department {
  @Field(() => ID, { description: 'Identifier, `dep_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Field(() => String, { description: 'Code in the national catalogue, such as `03.04`. 科目代码' })
  @Column({ type: 'varchar', length: 24, charset: 'ascii', collation: 'ascii_bin' })
  code!: string;

  /** In Chinese; which of the two is shown is a matter of the caller's language. */
  @Column({ type: 'varchar', length: 64, name: 'name' })
  nameZh!: string;

  @Column({ type: 'varchar', length: 64, name: 'name_en' })
  nameEn!: string;

  @Column({ ...idColumn, name: 'parent_id', nullable: true })
  parentId!: string | null;
}
