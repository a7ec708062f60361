import type { Place } from '../../../shared/context/actor.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import type { CareRelations } from '../external/care.client.ts';

/** A doctor, by the login, and a patient. */
export type CarePair = `${string}/${string}`;

export const carePair = (doctorAccountId: string, patientId: string): CarePair =>
  `${doctorAccountId}/${patientId}`;

/** Where a doctor treats a patient, empty for nowhere: one question to care for all pairs of one doctor. */
export function treatmentPlaces(care: CareRelations): BatchRead<CarePair, readonly Place[]> {
  return {
    name: 'care.treatmentPlaces',
    read: async (pairs) => {
      const doctors = [...new Set(pairs.map((pair) => pair.slice(0, pair.indexOf('/'))))];
      const places = new Map<CarePair, Place[]>();
      await Promise.all(
        doctors.map(async (doctor) => {
          const theirs = pairs.filter((pair) => pair.startsWith(`${doctor}/`));
          const patientIds = theirs.map((pair) => pair.slice(doctor.length + 1));
          for (const { patientId, ...place } of await care.treatments(doctor, patientIds)) {
            const pair = carePair(doctor, patientId);
            places.set(pair, [...(places.get(pair) ?? []), place]);
          }
        }),
      );
      return pairs.map((pair) => places.get(pair) ?? []);
    },
  };
}
