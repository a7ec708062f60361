import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Appointment } from './appointment/appointment.entity.ts';
import { Attachment } from './attachment/attachment.entity.ts';
import { ChatMessage } from './consultation/chat-message.entity.ts';
import { Consultation } from './consultation/consultation.entity.ts';
import { Department } from './department/department.entity.ts';
import { Hospital } from './hospital/hospital.entity.ts';
import { HospitalsAndConsultations1764000000000 } from './migrations/1764000000000-hospitals-and-consultations.ts';
import { Booking1764600000000 } from './migrations/1764600000000-booking.ts';
import { clinicalMigration } from './migrations/1764700000000-clinical.ts';
import { Attachments1765200000000 } from './migrations/1765200000000-attachments.ts';
import { BookingLimits1767100000000 } from './migrations/1767100000000-booking-limits.ts';
import { EncryptedConsultations1767200000000 } from './migrations/1767200000000-encrypted-consultations.ts';
import { OverdueConsultations1767300000000 } from './migrations/1767300000000-overdue-consultations.ts';
import { Practice } from './practice/practice.entity.ts';
import { Prescription } from './prescription/prescription.entity.ts';
import { QueueTicket } from './queue/queue-ticket.entity.ts';
import { MedicalRecord } from './record/medical-record.entity.ts';
import { Schedule } from './schedule/schedule.entity.ts';
import { Slot } from './schedule/slot.entity.ts';
import { SigningKey } from './signing/signing-key.entity.ts';

export const database: DatabaseParts = {
  entities: [
    Hospital,
    Practice,
    Consultation,
    ChatMessage,
    Appointment,
    Department,
    Schedule,
    Slot,
    QueueTicket,
    SigningKey,
    MedicalRecord,
    Prescription,
    Attachment,
  ],
  migrations: [
    HospitalsAndConsultations1764000000000,
    Booking1764600000000,
    Attachments1765200000000,
    BookingLimits1767100000000,
    EncryptedConsultations1767200000000,
    OverdueConsultations1767300000000,
  ],
  appendOnly: (auditSchema) => [clinicalMigration(auditSchema)],
};
