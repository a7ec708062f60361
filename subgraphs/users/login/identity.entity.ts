import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';

export enum IdentityKind {
  SMS = 'SMS',
  WECHAT = 'WECHAT',
  OIDC = 'OIDC',
}

registerEnumType(IdentityKind, {
  name: 'IdentityKind',
  description: 'By what somebody proves who they are. 登录方式',
  valuesConfig: {
    SMS: { description: '手机号' },
    WECHAT: { description: '微信' },
    OIDC: { description: '第三方账号（OpenID Connect 或 OAuth 2.0）' },
  },
});

/** A way in which an account can prove who it is; the subject (such as a phone) is encrypted. */
@Entity('identity')
@ObjectType({ description: 'A way to log in that is linked to an account. 已绑定的登录方式' })
export class Identity {
  @Field(() => ID, { description: 'Identifier, `idt_<ULID>`.' })
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'account_id' })
  accountId!: string;

  @Field(() => IdentityKind, { description: 'Of which kind. 登录方式' })
  @Column({ type: 'varchar', length: 16 })
  kind!: IdentityKind;

  @Column({ type: 'char', length: 64, name: 'subject_index' })
  subjectIndex!: string;

  /** Sealed; what stands in it for each kind is in `identity/proof.ts`. */
  @Column({ type: 'varchar', length: 1024 })
  subject!: string;

  @Field(() => DateTime, { name: 'linkedAt', description: 'When it was linked. 绑定时间' })
  @Column({ type: 'datetime', precision: 3, name: 'created_at' })
  createdAt!: Date;
}
