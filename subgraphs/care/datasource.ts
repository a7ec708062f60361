import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { Attachment } from './attachment/attachment.entity.ts';
import { ChatMessage } from './consultation/chat-message.entity.ts';
import { Consultation } from './consultation/consultation.entity.ts';
import { Hospital } from './hospital/hospital.entity.ts';
import { HospitalsAndConsultations1764000000000 } from './migrations/1764000000000-hospitals-and-consultations.ts';
import { Attachments1765200000000 } from './migrations/1765200000000-attachments.ts';
import { Practice } from './practice/practice.entity.ts';

export const database: DatabaseParts = {
  entities: [Hospital, Practice, Consultation, ChatMessage, Attachment],
  migrations: [HospitalsAndConsultations1764000000000, Attachments1765200000000],
};
