import { ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { PhoneInvitation } from '../invitation/phone-invitation.entity.ts';

export enum PatientTransferStatus {
  PENDING = 'PENDING',
  ACCEPTED = 'ACCEPTED',
  DECLINED = 'DECLINED',
  CANCELLED = 'CANCELLED',
  EXPIRED = 'EXPIRED',
}

registerEnumType(PatientTransferStatus, {
  name: 'PatientTransferStatus',
  description: 'Where a transfer stands. 转移状态',
  valuesConfig: {
    PENDING: { description: 'Not accepted yet. 待接受' },
    ACCEPTED: { description: '已接受' },
    DECLINED: { description: '已拒绝' },
    CANCELLED: { description: 'Taken back by who offered it. 已撤销' },
    EXPIRED: { description: 'Not accepted in time. 已过期' },
  },
});

@Entity('patient_transfer')
@ObjectType({ description: 'A patient that goes over to another account. 就诊人转移' })
export class PatientTransfer extends PhoneInvitation {
  @Column({ type: 'varchar', length: 16, charset: 'ascii', collation: 'ascii_bin' })
  status!: PatientTransferStatus;
}

/** What the row says, as it stands at a time. */
export function transferStatusAt({ status, expiresAt }: PatientTransfer, now: Date): PatientTransferStatus {
  return status === PatientTransferStatus.PENDING && expiresAt <= now
    ? PatientTransferStatus.EXPIRED
    : status;
}
