import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Appointment } from './appointment/appointment.entity.ts';
import { ChatMessage } from './consultation/chat-message.entity.ts';
import { Consultation } from './consultation/consultation.entity.ts';
import { Department } from './department/department.entity.ts';
import { Hospital } from './hospital/hospital.entity.ts';
import { HospitalsAndConsultations1764000000000 } from './migrations/1764000000000-hospitals-and-consultations.ts';
import { Booking1764600000000 } from './migrations/1764600000000-booking.ts';
import { Practice } from './practice/practice.entity.ts';
import { QueueTicket } from './queue/queue-ticket.entity.ts';
import { Schedule } from './schedule/schedule.entity.ts';
import { Slot } from './schedule/slot.entity.ts';

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
  ],
  migrations: [HospitalsAndConsultations1764000000000, Booking1764600000000],
};
