import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { PhoneInvitation } from '../invitation/phone-invitation.entity.ts';

export enum PatientShareLevel {
  VIEW = 'VIEW',
  MANAGE = 'MANAGE',
}

registerEnumType(PatientShareLevel, {
  name: 'PatientShareLevel',
  description: 'What somebody may do with a patient who is shared. 共享权限',
  valuesConfig: {
    VIEW: { description: 'See the patient and the archive. 查看' },
    MANAGE: { description: 'Also change the archive. 管理' },
  },
});

export enum PatientShareStatus {
  PENDING = 'PENDING',
  ACTIVE = 'ACTIVE',
  REVOKED = 'REVOKED',
  EXPIRED = 'EXPIRED',
}

registerEnumType(PatientShareStatus, {
  name: 'PatientShareStatus',
  description: 'Where a share stands. 共享状态',
  valuesConfig: {
    PENDING: { description: 'Not accepted yet. 待接受' },
    ACTIVE: { description: '生效中' },
    REVOKED: { description: 'Ended or declined by one of the two. 已终止' },
    EXPIRED: { description: 'Not accepted in time, or its time is over. 已过期' },
  },
});

const word = { type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin' } as const;

@Entity('patient_share')
@ObjectType({ description: 'A patient that another account may see. 就诊人共享' })
export class PatientShare extends PhoneInvitation {
  @Column(word)
  status!: PatientShareStatus;

  @Field(() => PatientShareLevel, { description: 'What is allowed. 权限' })
  @Column(word)
  level!: PatientShareLevel;

  @Field(() => DateTime, { nullable: true, description: 'Until when; null without end. 有效期至' })
  @Column({ type: 'datetime', precision: 3, nullable: true })
  until!: Date | null;
}

/** What the row says, as it stands at a time. */
export function shareStatusAt({ status, expiresAt, until }: PatientShare, now: Date): PatientShareStatus {
  const isLate = status === PatientShareStatus.PENDING && expiresAt <= now;
  const isOver = status !== PatientShareStatus.REVOKED && until !== null && until <= now;
  return isLate || isOver ? PatientShareStatus.EXPIRED : status;
}
