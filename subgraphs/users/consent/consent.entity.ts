import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum ConsentPurpose {
  PRIVACY_POLICY = 'PRIVACY_POLICY',
  HEALTH_DATA = 'HEALTH_DATA',
  MINOR_GUARDIAN = 'MINOR_GUARDIAN',
  SHARING = 'SHARING',
}

registerEnumType(ConsentPurpose, {
  name: 'ConsentPurpose',
  description: 'What somebody consents to. 同意事项',
  valuesConfig: {
    PRIVACY_POLICY: { description: 'The privacy policy. 隐私政策' },
    HEALTH_DATA: { description: 'Processing of health data. 健康信息处理' },
    MINOR_GUARDIAN: { description: 'Data of children under 14, by their guardian. 儿童信息监护人同意' },
    SHARING: { description: 'Showing a patient to another account; given with `sharePatient`. 就诊人共享' },
  },
});

const word = { ...idColumn, length: 16 } as const;

/** Never changed: a new text is a new version. */
@Entity('consent_document')
@ObjectType({ description: 'A text to consent to, in one of its versions. 同意书' })
export class ConsentDocument {
  @Field(() => ConsentPurpose, { description: 'What it is about. 事项' })
  @PrimaryColumn(word)
  purpose!: ConsentPurpose;

  @Field(() => Int, { description: 'Version, from 1. 版本' })
  @PrimaryColumn({ type: 'int' })
  version!: number;

  @Column({ type: 'varchar', length: 128, name: 'title_zh' })
  titleZh!: string;

  @Column({ type: 'varchar', length: 128, name: 'title_en' })
  titleEn!: string;

  @Column({ type: 'text', name: 'text_zh' })
  textZh!: string;

  @Column({ type: 'text', name: 'text_en' })
  textEn!: string;

  @Field(() => DateTime, { description: 'From when on this version is the one that counts. 生效时间' })
  @Column({ type: 'datetime', precision: 3, name: 'effective_from' })
  effectiveFrom!: Date;

  @Column({ ...idColumn, name: 'published_by' })
  publishedBy!: string;

  @Column({ type: 'datetime', precision: 3, name: 'published_at' })
  publishedAt!: Date;
}

@Entity('consent')
@ObjectType({ description: 'That somebody consented, to what and when. 同意记录' })
export class Consent {
  @Field(() => ID, { description: 'Identifier, `cns_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => ConsentPurpose, { description: 'To what. 事项' })
  @Column(word)
  purpose!: ConsentPurpose;

  @Field(() => Int, { name: 'version', description: 'To which version of the text. 版本' })
  @Column({ type: 'int', name: 'document_version' })
  documentVersion!: number;

  /** Empty where it is for all patients of the account. */
  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  @Field(() => DateTime, { description: 'When it was given. 同意时间' })
  @Column({ type: 'datetime', precision: 3, name: 'given_at' })
  givenAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was withdrawn; null while it holds. 撤回时间',
  })
  @Column({ type: 'datetime', precision: 3, name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;

  @Field(() => String, { description: 'Kind of terminal it was given on, such as `IOS` or `WEB`. 终端' })
  @Column(word)
  terminal!: string;
}
