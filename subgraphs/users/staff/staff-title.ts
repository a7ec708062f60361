import { registerEnumType } from 'type-graphql';
import { DoctorTitle } from '../doctor/doctor.entity.ts';

export enum PharmacistTitle {
  JUNIOR_PHARMACIST = 'JUNIOR_PHARMACIST',
  PHARMACIST = 'PHARMACIST',
  PHARMACIST_IN_CHARGE = 'PHARMACIST_IN_CHARGE',
  ASSOCIATE_CHIEF_PHARMACIST = 'ASSOCIATE_CHIEF_PHARMACIST',
  CHIEF_PHARMACIST = 'CHIEF_PHARMACIST',
}

/** The titles of doctors and pharmacists in one, for what is about both. */
export const StaffTitle = { ...DoctorTitle, ...PharmacistTitle } as const;
export type StaffTitle = DoctorTitle | PharmacistTitle;

const ofPharmacists = {
  JUNIOR_PHARMACIST: { description: '药士' },
  PHARMACIST: { description: '药师' },
  PHARMACIST_IN_CHARGE: { description: '主管药师' },
  ASSOCIATE_CHIEF_PHARMACIST: { description: '副主任药师' },
  CHIEF_PHARMACIST: { description: '主任药师' },
};

registerEnumType(PharmacistTitle, {
  name: 'PharmacistTitle',
  description: 'Professional rank of a pharmacist. 药师职称',
  valuesConfig: ofPharmacists,
});

registerEnumType(StaffTitle, {
  name: 'StaffTitle',
  description: 'Professional rank of a doctor or a pharmacist. 职称',
  valuesConfig: {
    RESIDENT: { description: '住院医师' },
    ATTENDING: { description: '主治医师' },
    ASSOCIATE_CHIEF: { description: '副主任医师' },
    CHIEF: { description: '主任医师' },
    ...ofPharmacists,
  },
});
