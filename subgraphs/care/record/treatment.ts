import { type EntityManager, Not } from 'typeorm';
import { type Actor, holds } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { Appointment } from '../appointment/appointment.entity.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import { consultationPlaces } from '../consultation/party.ts';
import { MedicalRecord, MedicalRecordStatus } from './medical-record.entity.ts';

/** A consultation of a known patient at a hospital, as the doctor who treats sees it. */
export interface Treatment {
  readonly consultation: Consultation;
  readonly patientId: string;
  readonly hospitalId: string;
  readonly departmentId: string | null;
  /** Whether the booking stated an earlier diagnosis. */
  readonly hasStatement: boolean;
}

/**
 * The consultation for its own doctor, who must hold the permission there.
 * @throws AppError NOT_FOUND, also for a consultation of others; FORBIDDEN; VALIDATION_FAILED for a consultation that
 *   names no patient
 */
export async function treatmentBy(
  manager: EntityManager,
  actor: Actor,
  consultation: Consultation | null,
  permission: string,
): Promise<Treatment> {
  if (!consultation || actor.kind !== 'account' || consultation.doctorAccountId !== actor.accountId) {
    throw new AppError('NOT_FOUND', { what: 'Consultation' });
  }
  const { appointmentId, patientId, hospitalId } = consultation;
  const appointment =
    appointmentId === null ? null : await manager.findOneBy(Appointment, { id: appointmentId });
  const departmentId = appointment?.departmentId ?? null;
  const [place] = await consultationPlaces(manager, [consultation.id]);
  if (!place || !holds(actor, permission, place)) throw new AppError('FORBIDDEN');
  if (patientId === null || hospitalId === null) {
    throw new AppError('VALIDATION_FAILED', { field: 'consultationId', reason: 'no patient' });
  }
  const hasStatement = appointment !== null && appointment.earlierDiagnosis !== null;
  return { consultation, patientId, hospitalId, departmentId, hasStatement };
}

/**
 * Diagnosis and prescription online are for follow-ups (医师法 article 30, 互联网诊疗管理办法 articles 16 and 17): there
 * must be an earlier signed record with a diagnosis here, or the booking stated one.
 * @throws AppError CONSULTATION_IS_ADVICE_ONLY
 */
export async function assertFollowUp(manager: EntityManager, treatment: Treatment): Promise<void> {
  if (treatment.hasStatement) return;
  const isKnown = await manager.existsBy(MedicalRecord, {
    patientId: treatment.patientId,
    status: MedicalRecordStatus.SIGNED,
    hasDiagnosis: true,
    consultationId: Not(treatment.consultation.id),
  });
  if (!isKnown) throw new AppError('CONSULTATION_IS_ADVICE_ONLY');
}
