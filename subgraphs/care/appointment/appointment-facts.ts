import type { NewEvent } from '../../../shared/outbox/outbox.ts';
import type { Hospital } from '../hospital/hospital.entity.ts';
import type { Appointment } from './appointment.entity.ts';

const about = (appointment: Appointment) => ({
  aggregateType: 'appointment',
  aggregateId: appointment.id,
  aggregateVersion: appointment.version,
});

/** The whole of it, as `appointment.booked` and `appointment.confirmed` tell it. */
const whole = (appointment: Appointment) => ({
  appointmentId: appointment.id,
  accountId: appointment.accountId,
  patientId: appointment.patientId,
  doctorId: appointment.doctorId,
  hospitalId: appointment.hospitalId,
  departmentId: appointment.departmentId,
  slotId: appointment.slotId,
  startsAt: appointment.startsAt.toISOString(),
  feeFen: appointment.feeFen,
});

export const appointmentBooked = (appointment: Appointment): NewEvent<'appointment.booked'> => ({
  ...about(appointment),
  type: 'appointment.booked',
  payload: whole(appointment),
});

export const appointmentConfirmed = (appointment: Appointment): NewEvent<'appointment.confirmed'> => ({
  ...about(appointment),
  type: 'appointment.confirmed',
  payload: whole(appointment),
});

/** Why it ended: a code, because what the patient wrote is nobody else's business. */
export type CancelCode = 'PATIENT' | 'EXPIRED' | 'REFUNDED' | 'UNSEEN';

/** @param wasPaid whether there is a fee to give back. */
export const appointmentCancelled = (
  appointment: Appointment,
  reason: CancelCode,
  wasPaid: boolean,
): NewEvent<'appointment.cancelled'> => ({
  ...about(appointment),
  type: 'appointment.cancelled',
  payload: { appointmentId: appointment.id, reason, wasPaid },
});

export const appointmentCheckedIn = (
  appointment: Appointment,
  hospital: Hospital,
  checkedInAt: Date,
): NewEvent<'appointment.checked_in'> => ({
  ...about(appointment),
  type: 'appointment.checked_in',
  payload: {
    appointmentId: appointment.id,
    patientId: appointment.patientId,
    doctorId: appointment.doctorId,
    hospitalId: appointment.hospitalId,
    latitude: hospital.latitude,
    longitude: hospital.longitude,
    checkedInAt: checkedInAt.toISOString(),
  },
});
