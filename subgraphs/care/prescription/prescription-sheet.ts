import { addDays, businessDay, instantOf } from '../../../shared/clock/business-day.ts';
import { canonicalHash } from '../../../shared/crypto/canonical-json.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { PrescriptionSnapshot } from '../../../shared/events/prescription-snapshot.ts';
import type { Department } from '../department/department.entity.ts';
import type { SkuInfo } from '../external/pharmacy.client.ts';
import type { Parties } from '../external/users.client.ts';
import type { Hospital } from '../hospital/hospital.entity.ts';
import type { Diagnosis } from '../record/diagnosis.ts';
import type { SignatureOf } from '../signing/document-signer.ts';
import type { Prescription } from './prescription.entity.ts';
import type { PrescriptionContent } from './prescription-content.ts';
import type { PrescriptionOverride } from './prescription-line.types.ts';

/** 儿科, 小儿外科 and 儿童保健科 of the national catalogue of departments. */
const PAEDIATRIC = /^0[789](\.|$)/;
const CHILD_YEARS = 6;

export interface SheetParts {
  readonly prescription: Prescription;
  readonly content: PrescriptionContent;
  readonly hospital: Hospital;
  readonly department: Department | null;
  readonly parties: Parties;
  readonly diagnoses: readonly Diagnosis[];
  readonly drugs: ReadonlyMap<string, SkuInfo>;
  readonly overrides: readonly PrescriptionOverride[];
  readonly signedAt: Date;
}

export type UnsignedSheet = Omit<PrescriptionSnapshot, 'hash' | 'signature'>;

/** The sheet as it is signed: what 处方管理办法 asks of one. @throws AppError CHILD_NEEDS_PAEDIATRICIAN */
export function sheetOf(parts: SheetParts): UnsignedSheet {
  const { prescription, content, parties, department, signedAt } = parts;
  const ageYears = ageOn(parties.patientBirthDate, businessDay(signedAt));
  // The guardian is there: the talk is with the account that answers for the child.
  if (ageYears < CHILD_YEARS && !PAEDIATRIC.test(department?.code ?? '')) {
    throw new AppError('CHILD_NEEDS_PAEDIATRICIAN');
  }
  return {
    prescriptionId: prescription.id,
    version: prescription.version + 1,
    consultationId: prescription.consultationId,
    hospitalId: prescription.hospitalId,
    hospitalName: parts.hospital.name,
    departmentName: department?.nameZh ?? '',
    doctorId: prescription.doctorId,
    doctorAccountId: prescription.doctorAccountId,
    doctorName: parties.doctorName,
    patientId: prescription.patientId,
    patientAccountId: prescription.patientAccountId,
    patientName: parties.patientName,
    patientSex: parties.patientSex,
    patientAgeYears: ageYears,
    diagnoses: parts.diagnoses.map(({ code, name }) => ({ code, name })),
    lines: content.lines.map(({ id, ...line }) => {
      const drug = parts.drugs.get(line.skuId);
      return { lineId: id, ...line, name: drug?.name ?? '', strength: drug?.strength ?? '' };
    }),
    overrides: [...parts.overrides],
    ...(content.longSupplyReason !== null && { longSupplyReason: content.longSupplyReason }),
    signedAt: signedAt.toISOString(),
    validUntil: validUntil(signedAt, content.validDays).toISOString(),
  };
}

/** The day of signing is the first of its days (处方管理办法 article 18). */
function validUntil(signedAt: Date, days: number): Date {
  return instantOf(addDays(businessDay(signedAt), days), '00:00');
}

/** Completed years. @param birthDate and @param day `2026-11-24` */
export function ageOn(birthDate: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return Math.max(0, day.slice(5) < birthDate.slice(5) ? years - 1 : years);
}

export function hashOf(sheet: UnsignedSheet): string {
  return canonicalHash(sheet);
}

export function signed(sheet: UnsignedSheet, hash: string, signature: SignatureOf): PrescriptionSnapshot {
  const { algorithm, keyId, value } = signature;
  return { ...sheet, hash, signature: { algorithm, keyId, value } };
}
