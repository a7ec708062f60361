import type { NewEvent } from '../../../shared/outbox/outbox.ts';
import type { Appointment } from '../appointment/appointment.entity.ts';
import type { Consultation } from './consultation.entity.ts';

/** @param waitedSeconds between the check-in and the call. */
export const consultationStarted = (
  consultationId: string,
  appointment: Appointment,
  waitedSeconds: number,
  startedAt: Date,
): NewEvent<'consultation.started'> => ({
  type: 'consultation.started',
  aggregateType: 'consultation',
  aggregateId: consultationId,
  aggregateVersion: 1,
  payload: {
    consultationId,
    appointmentId: appointment.id,
    patientId: appointment.patientId,
    doctorId: appointment.doctorId,
    hospitalId: appointment.hospitalId,
    waitedSeconds,
    startedAt: startedAt.toISOString(),
  },
});

/** Null for one that did not begin with an appointment: it has no patient and no hospital to tell of. */
export function consultationCompleted(
  { id, patientId, doctorId, hospitalId, startedAt }: Consultation,
  completedAt: Date,
): NewEvent<'consultation.completed'> | null {
  if (patientId === null || hospitalId === null || startedAt === null) return null;
  return {
    type: 'consultation.completed',
    aggregateType: 'consultation',
    aggregateId: id,
    aggregateVersion: 2,
    payload: {
      consultationId: id,
      patientId,
      doctorId,
      hospitalId,
      startedAt: startedAt.toISOString(),
      completedAt: completedAt.toISOString(),
    },
  };
}
