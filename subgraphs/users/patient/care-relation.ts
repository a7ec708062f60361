import type { BatchRead } from '../../../shared/loader/loaders.ts';
import type { CareRelations } from '../external/care.client.ts';

/** A doctor, by the login, and a patient. */
export type CarePair = `${string}/${string}`;

export const carePair = (doctorAccountId: string, patientId: string): CarePair =>
  `${doctorAccountId}/${patientId}`;

/** Whether a doctor treats a patient: one question to care for all pairs of one doctor. */
export function treats(care: CareRelations): BatchRead<CarePair, boolean> {
  return {
    name: 'care.treats',
    read: async (pairs) => {
      const doctors = new Set(pairs.map((pair) => pair.slice(0, pair.indexOf('/'))));
      const answers = await Promise.all(
        Array.from(doctors, async (doctor) => {
          const theirs = pairs.filter((pair) => pair.startsWith(`${doctor}/`));
          const treated = await care.careRelations(
            doctor,
            theirs.map((pair) => pair.slice(doctor.length + 1)),
          );
          return treated.map((id) => carePair(doctor, id));
        }),
      );
      const confirmed = new Set(answers.flat());
      return pairs.map((pair) => confirmed.has(pair));
    },
  };
}
