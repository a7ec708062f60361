import type { Tx } from '../../../shared/db/db.ts';
import { stableId } from '../../../shared/ids/ids.ts';
import { ChildPugh, HealthArchive, PregnancyStatus } from '../archive/archive.entity.ts';
import { Allergy, AllergySeverity, MedicalCondition } from '../archive/archive-entry.entity.ts';
import type { ArchiveStore } from '../archive/archive.store.ts';
import { parseIdentityNumber } from '../patient/identity-number.ts';
import { Patient, PatientRelation, PatientStatus } from '../patient/patient.entity.ts';
import type { PatientStore } from '../patient/patient.store.ts';

const BORN_BEFORE = '2026-01-01';
const BY = 'service:seed';

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
    },
  },
  {
    key: 'demo-patient-02',
    name: '张伟',
    identityNumber: '110101197803150010',
    phone: '+8613800000002',
    archive: { egfr: 82, childPugh: ChildPugh.A, weightKg: 78, heightCm: 174 },
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
    await patients.insert(tx, patient, Object.assign(HealthArchive.first(id, at), archive));
    const entry = { patientId: id, recordedVersion: 1, endedVersion: null, recordedBy: BY, recordedAt: at };
    if (key === 'demo-patient-01') {
      const penicillin = {
        id: stableId('alg', key),
        substance: 'J01C',
        name: '青霉素类',
        reaction: '全身荨麻疹、呼吸困难',
        severity: AllergySeverity.SEVERE,
      };
      const row = Object.assign(new Allergy(), entry, penicillin);
      await archives.replace(tx, Allergy, { patientId: id, substance: 'J01C' }, row);
    } else {
      const hypertension = {
        id: stableId('cnd', key),
        code: 'I10',
        name: '原发性高血压',
        since: '2019-06-01',
      };
      const row = Object.assign(new MedicalCondition(), entry, hypertension);
      await archives.replace(tx, MedicalCondition, { patientId: id, code: 'I10' }, row);
    }
  }
}
