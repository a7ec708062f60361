import type { Tx } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { HealthArchive, PregnancyStatus } from '../archive/archive.entity.ts';
import type { ArchiveEntry } from '../archive/archive-entry.entity.ts';
import { ArchiveSource } from '../archive/archive-entry.types.ts';
import type { ArchiveStore } from '../archive/archive.store.ts';
import { ChildPugh } from '../archive/child-pugh.ts';
import { AboGroup, Alcohol, Exercise, RhD, Smoking } from '../archive/lifestyle.ts';
import { parseIdentityNumber } from '../patient/identity-number.ts';
import { Patient, PatientRelation, PatientStatus } from '../patient/patient.entity.ts';
import type { PatientStore } from '../patient/patient.store.ts';
import { DEMO_ENTRIES } from './archive-entries.ts';

const { PATIENT } = ArchiveSource;
const BORN_BEFORE = '2026-01-01';

interface Demo {
  readonly key: string;
  readonly name: string;
  readonly identityNumber: string;
  readonly phone: string;
  readonly archive: Partial<HealthArchive>;
}

/** The owners of the demo accounts of patients; the numbers are made up and formally right. */
const DEMO: readonly Demo[] = [
  {
    key: 'demo-patient-01',
    name: '李晓梅',
    identityNumber: '110101199005120027',
    phone: '+8613800000001',
    archive: {
      pregnancy: PregnancyStatus.NOT_PREGNANT,
      isLactating: false,
      egfr: 98,
      childPugh: ChildPugh.A,
      weightKg: 56,
      heightCm: 162,
      aboGroup: AboGroup.O,
      rhD: RhD.POSITIVE,
      usualBloodPressure: { systolic: 112, diastolic: 72 },
      smoking: Smoking.NEVER,
      alcohol: Alcohol.NEVER,
      exercise: Exercise.REGULAR,
      occupation: '教师',
    },
  },
  {
    key: 'demo-patient-02',
    name: '张伟',
    identityNumber: '110101197803150010',
    phone: '+8613800000002',
    archive: {
      egfr: 82,
      childPugh: ChildPugh.A,
      weightKg: 78,
      heightCm: 174,
      aboGroup: AboGroup.A,
      rhD: RhD.POSITIVE,
      usualBloodPressure: { systolic: 138, diastolic: 86 },
      smoking: Smoking.FORMER,
      alcohol: Alcohol.OCCASIONAL,
      exercise: Exercise.OCCASIONAL,
      occupation: '工程师',
    },
  },
];

/** The demo patients with their archives; those who are there stay as they are. */
export async function seedPatients(
  tx: Tx,
  patients: PatientStore,
  archives: ArchiveStore,
  at: Date,
): Promise<void> {
  for (const demo of DEMO) {
    const { key, name, phone, archive } = demo;
    const id = stableId('pat', key);
    if (await patients.exists(tx, { id })) continue;
    const { number, birthDate, sex } = parseIdentityNumber(demo.identityNumber, BORN_BEFORE);
    const accountId = stableId('acc', key);
    const patient = Object.assign(new Patient(), {
      id,
      accountId,
      selfOf: accountId,
      status: PatientStatus.ACTIVE,
      version: 1,
      relation: PatientRelation.SELF,
      name,
      phone,
      birthDate,
      sex,
      identityNumber: number,
      identityIndex: patients.indexOf(number),
      archiveVersion: 1,
      createdAt: at,
    });
    const first = Object.assign(HealthArchive.first(id, at, accountId), archive, { source: PATIENT });
    await patients.insert(tx, patient, first);
    for (const { type, prefix, said } of DEMO_ENTRIES.filter((each) => each.of === key)) {
      const entry = Object.assign(new type(), said, {
        id: stableId(prefix, key),
        patientId: id,
        content: null,
        source: PATIENT,
        recordedVersion: 1,
        endedVersion: null,
        endReason: null,
        recordedBy: accountId,
        recordedAt: at,
      });
      await archives.replace<ArchiveEntry>(tx, type, entry, () => false);
    }
  }
}
