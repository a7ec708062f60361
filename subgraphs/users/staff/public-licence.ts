import { Field, ID, ObjectType } from 'type-graphql';
import { CalendarDate } from '../../../shared/scalars/scalars.ts';
import { LicenceStatus, type StaffLicence, statusOn } from './licence.entity.ts';
import { maskLicenceNumber } from './licence-number.ts';

@ObjectType({ description: 'What the public may know of a licence. 公开的执业资格' })
export class PublicLicence {
  @Field(() => String, {
    description: 'Number of the certificate to practise, all but its end masked. 执业证书编号',
  })
  number!: string;

  @Field(() => LicenceStatus, { description: 'Where it stands today. 状态' })
  status!: LicenceStatus;

  @Field(() => ID, { description: 'The institution that it is registered for. 执业机构' })
  institutionId!: string;

  @Field(() => CalendarDate, { nullable: true, description: 'Its last day; null without one. 有效期至' })
  validUntil!: string | null;
}

/** Null for one that nobody has approved yet: an application is its applicant's own business. */
export function publicLicenceOf(licence: StaffLicence, today: string): PublicLicence | null {
  const status = statusOn(licence, today);
  if (status === LicenceStatus.SUBMITTED || status === LicenceStatus.REJECTED) return null;
  const { licenceNumber, institutionId, validUntil } = licence;
  return { number: maskLicenceNumber(licenceNumber), status, institutionId, validUntil };
}
