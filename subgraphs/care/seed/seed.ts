import { readFileSync } from 'node:fs';
import type { Db } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { Consultation, ConsultationStatus } from '../consultation/consultation.entity.ts';
import { Department } from '../department/department.entity.ts';
import { Hospital } from '../hospital/hospital.entity.ts';
import { Practice } from '../practice/practice.entity.ts';
import { seedSchedules } from './schedules.ts';

interface HospitalRow {
  readonly id: string;
  readonly name_zh: string;
  readonly level: string | null;
  readonly province: string;
  readonly city: string;
  readonly address: string;
  readonly wgs84: { readonly lng: number; readonly lat: number };
}

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

interface DepartmentRow {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly parent: string | null;
}

function departments(): Department[] {
  const rows = JSON.parse(
    readFileSync(new URL('./departments.json', import.meta.url), 'utf8'),
  ) as DepartmentRow[];
  return rows.map(({ code, zh, en, parent }) =>
    Object.assign(new Department(), {
      id: stableId('dep', code),
      code,
      nameZh: zh,
      nameEn: en,
      parentId: parent === null ? null : stableId('dep', parent),
    }),
  );
}

/**
 * Fills in the hospitals and departments, where the demo doctors practise, their sessions of the next seven days, and
 * some open consultations; running it again on the same day changes nothing.
 */
export async function seed(db: Db, now: Date): Promise<void> {
  const rows = JSON.parse(
    readFileSync(new URL('./hospitals.json', import.meta.url), 'utf8'),
  ) as HospitalRow[];
  await db.transaction(async ({ manager }) => {
    await manager.upsert(
      Hospital,
      rows.map((row) => ({
        id: stableId('hos', row.id),
        name: row.name_zh,
        level: row.level,
        province: row.province,
        city: row.city,
        address: row.address,
        latitude: row.wgs84.lat,
        longitude: row.wgs84.lng,
      })),
      ['id'],
    );
    await manager.upsert(Department, departments(), ['id']);
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
