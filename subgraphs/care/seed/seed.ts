import type { Db } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { Consultation, ConsultationStatus } from '../consultation/consultation.entity.ts';
import { Practice } from '../practice/practice.entity.ts';
import { loadReference } from './reference.ts';
import { seedSchedules } from './schedules.ts';

const PRACTICES = [
  ['demo-doctor-01', 'H001', '03.04'],
  ['demo-doctor-02', 'H001', '03.01'],
  ['demo-doctor-03', 'H002', '03.02'],
  ['demo-doctor-04', 'H002', '03.07'],
  ['demo-doctor-05', 'H003', '07'],
  ['demo-doctor-06', 'H003', '13'],
] as const;

const CONSULTATIONS = [
  ['demo-consultation-01', 'demo-doctor-01', 'demo-patient-01'],
  ['demo-consultation-02', 'demo-doctor-02', 'demo-patient-02'],
  ['demo-consultation-03', 'demo-doctor-03', 'demo-patient-02'],
] as const;

/**
 * Fills in the reference data, where the demo doctors practise, their sessions of the next seven days, and
 * some open consultations; running it again on the same day changes nothing.
 */
export async function seed(db: Db, now: Date): Promise<void> {
  await loadReference(db);
  await db.transaction(async ({ manager }) => {
    await manager.upsert(
      Practice,
      PRACTICES.map(([doctor, hospital, department]) => ({
        doctorId: stableId('doc', doctor),
        hospitalId: stableId('hos', hospital),
        departmentId: stableId('dep', department),
      })),
      ['doctorId'],
    );
    for (const [key, doctor, patient] of CONSULTATIONS) {
      const id = stableId('con', key);
      if (await manager.existsBy(Consultation, { id })) continue;
      await manager.insert(Consultation, {
        id,
        doctorId: stableId('doc', doctor),
        doctorAccountId: stableId('acc', doctor),
        patientAccountId: stableId('acc', patient),
        status: ConsultationStatus.OPEN,
        lastSeq: 0,
        openedAt: new Date('2026-01-05T01:00:00.000Z'),
      });
    }
    for (const [doctor, hospital, department] of PRACTICES) {
      await seedSchedules(manager, { doctor, hospital, department }, now);
    }
  });
}
