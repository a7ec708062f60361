import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

@Entity('spu')
@ObjectType({ description: 'A medicine by generic name and form, whatever its pack. 药品（通用名与剂型）' })
export class Spu {
  @Field(() => ID, { description: 'Identifier, `spu_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 128, name: 'name_en' })
  nameEn!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ATC code of the product; none for traditional medicine. ATC编码',
  })
  @Column({ type: 'varchar', length: 8, nullable: true, charset: 'ascii', collation: 'ascii_bin' })
  atc!: string | null;

  @Column({ type: 'varchar', length: 32 })
  form!: string;

  @Column({ type: 'varchar', length: 64, name: 'form_en' })
  formEn!: string;

  @Field(() => Boolean, { description: 'A traditional Chinese medicine. 中成药' })
  @Column({ type: 'boolean', name: 'is_traditional' })
  isTraditional!: boolean;

  @Field(() => Boolean, { description: 'An antimicrobial, under stewardship. 抗菌药物' })
  @Column({ type: 'boolean', name: 'is_antimicrobial' })
  isAntimicrobial!: boolean;

  @Field(() => Boolean, { description: 'A skin test comes before the first dose. 需皮试' })
  @Column({ type: 'boolean', name: 'needs_skin_test' })
  needsSkinTest!: boolean;

  @Field(() => Boolean, { description: 'Kept at 2 to 8 °C. 冷链药品' })
  @Column({ type: 'boolean', name: 'is_cold_chain' })
  isColdChain!: boolean;

  @Field(() => Boolean, { description: 'An error with it does grave harm. 高警示药品' })
  @Column({ type: 'boolean', name: 'is_high_alert' })
  isHighAlert!: boolean;
}
