import { Field, ObjectType, registerEnumType } from 'type-graphql';

export enum ArchiveAuthorKind {
  SELF = 'SELF',
  GUARDIAN = 'GUARDIAN',
  DOCTOR = 'DOCTOR',
  FAMILY = 'FAMILY',
  PLATFORM = 'PLATFORM',
}

registerEnumType(ArchiveAuthorKind, {
  name: 'ArchiveAuthorKind',
  description: 'Who wrote something into an archive, to the one who reads it. 记录人类别',
  valuesConfig: {
    SELF: { description: 'The caller. 本人' },
    GUARDIAN: { description: 'The owner of the account of the patient. 就诊人账号' },
    DOCTOR: { description: '医生' },
    FAMILY: { description: 'Somebody else whom the owner of the account lets. 家人' },
    PLATFORM: { description: '平台' },
  },
});

@ObjectType({ description: 'Who wrote something into an archive. 记录人' })
export class ArchiveAuthor {
  @Field(() => ArchiveAuthorKind, { description: 'Who it is to the caller. 记录人类别' })
  kind!: ArchiveAuthorKind;

  @Field(() => String, { nullable: true, description: 'Name of a doctor; null for anybody else. 医生姓名' })
  name!: string | null;
}
