import { newId, stableId } from '../../shared/ids/ids.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { Drugs, PrescriptionPlaces, SkuInfo } from '../../subgraphs/care/external/pharmacy.client.ts';
import type { Names, OwnPatients, People } from '../../subgraphs/care/external/users.client.ts';
import type { Clinic } from './clinic.ts';

/** Where the talks of a clinic are held, and the pharmacy that reviews for it. */
export const HOSPITAL = stableId('hos', 'H001');
const REVIEWING = stableId('pha', 'demo-pharmacy-01');

const HARMLESS: SkuInfo = {
  id: '',
  name: '苯磺酸氨氯地平片',
  strength: '5mg',
  isPrescription: true,
  isOnlineForbidden: false,
  ingredients: [{ atc: 'C08CA01', name: '氨氯地平' }],
};

/** Users, as a clinic has them. */
export function usersOf(clinic: Clinic): Names & OwnPatients & Pick<People, 'doctorOfAccount'> {
  return {
    partiesOf: async () => {
      if (clinic.areUsersDown) throw new AppError('UNAVAILABLE', { service: 'users' });
      return clinic.parties;
    },
    isOwnPatient: async (_accountId, patientId) => {
      if (clinic.areUsersDown) throw new AppError('UNAVAILABLE', { service: 'users' });
      return clinic.ownPatients.has(patientId);
    },
    doctorOfAccount: async (accountId) => ({ id: newId('doc'), accountId, hospitalId: HOSPITAL }),
  };
}

/** Pharmacy, as a clinic has it. */
export function pharmacyOf(clinic: Clinic): Drugs & PrescriptionPlaces {
  return {
    skuInfos: async (ids) => {
      if (clinic.isPharmacyDown) throw new AppError('UNAVAILABLE', { service: 'pharmacy' });
      return ids.map((id) => ({ ...HARMLESS, ...clinic.drug, id }));
    },
    prescriptionPlaces: async (ids) => {
      if (clinic.isPharmacyDown) throw new AppError('UNAVAILABLE', { service: 'pharmacy' });
      return ids.map((prescriptionId) => ({
        prescriptionId,
        reviewedAt: [REVIEWING],
        orderedAt: clinic.orderedAt,
      }));
    },
    safetyFindings: async ({ lines }) => {
      if (clinic.isPharmacyDown) throw new AppError('UNAVAILABLE', { service: 'pharmacy' });
      await clinic.meanwhile();
      const lineIds = lines.map((line) => line.lineId);
      return clinic.findings.map((each) => ({ ...each, lineIds, message: '—', source: '—' }));
    },
  };
}
