import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import { type Foundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { Loaders } from '../../shared/loader/loaders.ts';
import { Outbox } from '../../shared/outbox/outbox.ts';
import type { SafetyFinding } from '../../shared/safety/safety-finding.ts';
import { Appointment, AppointmentStatus } from '../../subgraphs/care/appointment/appointment.entity.ts';
import { loadCareConfig } from '../../subgraphs/care/config.ts';
import { Consultation, ConsultationStatus } from '../../subgraphs/care/consultation/consultation.entity.ts';
import { ConsultationStore } from '../../subgraphs/care/consultation/consultation.store.ts';
import { database } from '../../subgraphs/care/datasource.ts';
import { DepartmentStore } from '../../subgraphs/care/department/department.store.ts';
import type { SkuInfo } from '../../subgraphs/care/external/pharmacy.client.ts';
import type { Parties } from '../../subgraphs/care/external/users.client.ts';
import { HospitalStore } from '../../subgraphs/care/hospital/hospital.store.ts';
import { type ClinicalServices, wireClinical } from '../../subgraphs/care/record/clinical.wiring.ts';
import { Schedule } from '../../subgraphs/care/schedule/schedule.entity.ts';
import { Slot } from '../../subgraphs/care/schedule/slot.entity.ts';
import { OwnConsents } from './own-consents.ts';
import { HOSPITAL, pharmacyOf, usersOf } from './clinic-others.ts';
import { benchEnvironment } from './platform.ts';

export type AccountActor = Extract<Actor, { kind: 'account' }>;

export const PIN = '246810';

export interface Talk {
  readonly doctor: AccountActor;
  readonly patient: AccountActor;
  readonly patientId: string;
  readonly consultationId: string;
}

/** An account with permissions for the whole platform. */
export function someone(permissions: string[] = [], accountId = newId('acc')): AccountActor {
  const grants = [{ role: 'TEST', permissions, scope: 'PLATFORM' as const, scopeId: '' }];
  return { kind: 'account', accountId, sessionId: newId('ses'), grants };
}

export const someDoctor = () => someone(['record.write', 'prescription.write']);

/** One request of somebody. */
export const requestOf = (actor: Actor) => ({
  actor,
  loaders: new Loaders(),
  requestId: 'test',
  locale: 'zh-CN',
});

/** The clinical part of care on the platform's database; pharmacy, users and the clock are the test's own. */
export class Clinic {
  readonly foundation: Foundation;
  readonly services: ClinicalServices;
  readonly close: () => Promise<void>;
  now = new Date('2026-05-04T02:00:00.000Z');
  isPharmacyDown = false;
  areUsersDown = false;
  readonly consents = new OwnConsents(() => this.areUsersDown);
  findings: Omit<SafetyFinding, 'lineIds' | 'message' | 'source'>[] = [];
  /** What is different in a drug from a harmless one. */
  drug: Partial<SkuInfo> = {};
  parties: Parties = {
    patientName: '李晓梅',
    patientSex: 'FEMALE',
    patientBirthDate: '1990-05-04',
    doctorName: '王建国',
  };
  /** Patients who are the doctor's own, by users' word. */
  readonly ownPatients = new Set<string>();
  /** The pharmacies with an order for whatever prescription. */
  orderedAt: string[] = [];
  /** Runs while pharmacy is asked. */
  meanwhile: () => Promise<unknown> = async () => undefined;

  private constructor(foundation: Foundation, pinKey: string, close: () => Promise<void>) {
    const { db, cipher, wake } = foundation;
    const now = () => this.now;
    this.foundation = { ...foundation, now, outbox: new Outbox('care', cipher, wake, now) };
    this.close = close;
    this.services = wireClinical(this.foundation, {
      consultations: new ConsultationStore(db),
      hospitals: new HospitalStore(db),
      departments: new DepartmentStore(db),
      signingPinKey: pinKey,
      names: usersOf(this),
      consents: this.consents.check,
      drugs: pharmacyOf(this),
    });
  }

  static async open(): Promise<Clinic> {
    // Outside of a request nobody's own writes are known, and a replica may lag.
    const dir = inject('platformDir');
    const env = { ...benchEnvironment(dir), FILES_DIR: `${dir}/files` };
    const config = loadCareConfig(env);
    const { foundation, close } = await layFoundation(config, database);
    return new Clinic(foundation, config.own.SIGNING_PIN_KEY, close);
  }

  pass(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }

  /** A doctor with a signing key. */
  async doctor(): Promise<AccountActor> {
    const doctor = someDoctor();
    await this.services.signingKeys.create(doctor, { pin: PIN, idempotencyKey: randomUUID() });
    return doctor;
  }

  /** An open consultation of a new patient, whose booking stated an earlier diagnosis unless it is said otherwise. */
  async talk({
    doctor,
    patient = someone(),
    patientId = newId('pat'),
    statement = 'v1.stated',
    department = '03.04',
  }: {
    doctor?: AccountActor;
    patient?: AccountActor;
    patientId?: string;
    statement?: string | null;
    department?: string;
  } = {}): Promise<Talk> {
    const treating = doctor ?? (await this.doctor());
    const consultationId = newId('con');
    const place = {
      doctorId: newId('doc'),
      hospitalId: HOSPITAL,
      departmentId: stableId('dep', department),
    };
    // The platform's own job closes what is open long after its slot.
    const time = { startsAt: this.now, endsAt: new Date(Date.now() + 3_600_000) };
    await this.foundation.db.transaction(async ({ manager }) => {
      const scheduleId = newId('sch');
      const slotId = newId('slt');
      const appointmentId = newId('apt');
      const parties = { doctorAccountId: treating.accountId, patientId };
      await manager.insert(Schedule, {
        ...place,
        ...time,
        id: scheduleId,
        doctorAccountId: treating.accountId,
        day: '2026-05-04',
        slotMinutes: 60,
        capacityPerSlot: 1,
        feeFen: 0,
        lastTicket: 0,
        queueVersion: 0,
        publishedAt: this.now,
      });
      await manager.insert(Slot, {
        ...place,
        ...time,
        id: slotId,
        scheduleId,
        capacity: 1,
        booked: 1,
        feeFen: 0,
      });
      await manager.insert(Appointment, {
        ...place,
        ...parties,
        id: appointmentId,
        slotId,
        scheduleId,
        accountId: patient.accountId,
        status: AppointmentStatus.IN_CONSULTATION,
        version: 3,
        feeFen: 0,
        startsAt: this.now,
        earlierDiagnosis: statement,
        bookedAt: this.now,
      });
      await manager.insert(Consultation, {
        ...parties,
        id: consultationId,
        doctorId: place.doctorId,
        patientAccountId: patient.accountId,
        hospitalId: place.hospitalId,
        status: ConsultationStatus.OPEN,
        lastSeq: 0,
        openedAt: this.now,
        appointmentId,
        startedAt: this.now,
      });
    });
    return { doctor: treating, patient, patientId, consultationId };
  }

  /** A draft of a record in a consultation. */
  async draft({ doctor, consultationId }: Talk, more: object = {}): Promise<string> {
    return this.services.records.writing.save(doctor, {
      consultationId,
      chiefComplaint: '头晕三天',
      presentIllness: '三天前起床后头晕',
      examination: '血压 150/95 mmHg',
      diagnoses: [{ code: 'I10' }],
      plan: '低盐饮食，监测血压',
      idempotencyKey: randomUUID(),
      ...more,
    });
  }

  /** A consultation with a diagnosis. */
  async diagnosed(more: Parameters<Clinic['talk']>[0] = {}): Promise<Talk> {
    const talk = await this.talk(more);
    await this.draft(talk);
    return talk;
  }

  async sign(doctor: AccountActor, recordId: string, expectedVersion = 1): Promise<string> {
    const input = { recordId, pin: PIN, expectedVersion, idempotencyKey: randomUUID() };
    return this.services.records.signing.sign(doctor, input);
  }

  /** A draft of a prescription with one harmless drug. */
  async prescribe({ doctor, consultationId }: Talk, more: object = {}): Promise<string> {
    return this.services.prescriptions.writing.save(doctor, {
      consultationId,
      lines: [line()],
      validDays: 1,
      idempotencyKey: randomUUID(),
      ...more,
    });
  }

  async send(doctor: AccountActor, prescriptionId: string, more: object = {}): Promise<string> {
    return this.services.prescriptions.signing.sign(doctor, {
      prescriptionId,
      pin: PIN,
      expectedVersion: 1,
      idempotencyKey: randomUUID(),
      ...more,
    });
  }

  async rows<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.foundation.db.readPrimary((manager) => manager.query<T[]>(sql, parameters));
  }

  async factsOf(aggregateId: string): Promise<{ id: string; type: string; payload: string }[]> {
    return this.rows('SELECT id, type, payload FROM outbox_event WHERE aggregateid = ? ORDER BY id', [
      aggregateId,
    ]);
  }
}

export const line = (more: object = {}) => ({
  skuId: stableId('sku', 'D001'),
  quantity: 1,
  doseValue: '5',
  doseUnit: 'mg',
  timesPerDay: 1,
  route: '口服',
  days: 7,
  instructions: '晨起服用',
  ...more,
});

/** The code of an error that must come. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: unknown) => String((error as { code?: string }).code ?? error),
  );
}

/** How each of several attempts ended: `ok`, or the code of its error. */
export async function endings(attempts: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const code of await Promise.all(attempts.map(codeOf))) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
