import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { ConsentPurpose } from './consent.entity.ts';

const KEY = { description: 'Chosen by the client, the same for every retry.' } as const;

@InputType({ description: 'A consent to give. 同意' })
export class GiveConsentInput {
  @Field(() => ConsentPurpose, { description: 'To what; SHARING is given with `sharePatient`. 事项' })
  purpose!: ConsentPurpose;

  @Field(() => Int, { description: 'The version that was read; it must be the one that counts now. 版本' })
  version!: number;

  @Field(() => ID, {
    nullable: true,
    description:
      'For one patient of the caller: MINOR_GUARDIAN for one child, or HEALTH_DATA given by somebody who was added as ' +
      'a child and is 14 by now. For all if not given. 就诊人',
  })
  patientId?: string | null;

  @Field(() => ID, KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'A consent to withdraw. 撤回同意' })
export class WithdrawConsentInput {
  @Field(() => ConsentPurpose, { description: 'Of what. 事项' })
  purpose!: ConsentPurpose;

  @Field(() => ID, {
    nullable: true,
    description: 'Of the consent for one patient; needed for SHARING, where it ends every share. 就诊人',
  })
  patientId?: string | null;

  @Field(() => ID, KEY)
  idempotencyKey!: string;
}

@InputType({ description: 'A new version of a text to consent to. 发布同意书' })
export class PublishConsentDocumentInput {
  @Field(() => ConsentPurpose, { description: 'What it is about. 事项' })
  purpose!: ConsentPurpose;

  @Field(() => Int, { description: 'The newest version there is; this one becomes the next. 当前最新版本' })
  expectedVersion!: number;

  @Field(() => String, { description: 'Title in Chinese, 1 to 128 characters. 中文标题' })
  titleZh!: string;

  @Field(() => String, { description: 'Title in English, 1 to 128 characters. 英文标题' })
  titleEn!: string;

  @Field(() => String, { description: 'Text in Chinese, 1 to 10,000 characters. 中文正文' })
  textZh!: string;

  @Field(() => String, { description: 'Text in English, 1 to 10,000 characters. 英文正文' })
  textEn!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when on it counts, not in the past; at once if not given. 生效时间',
  })
  effectiveFrom?: Date | null;

  @Field(() => ID, KEY)
  idempotencyKey!: string;
}
