import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { PersonalDataServices } from '../../shared/privacy/personal-data.resolver.ts';
import type { BookingServices } from './appointment/booking.wiring.ts';
import type { AttachmentServices } from './attachment/attachment.wiring.ts';
import type { ChatService } from './consultation/chat.service.ts';
import type { ChatMessageStore } from './consultation/chat-message.store.ts';
import type { ConsultationStore } from './consultation/consultation.store.ts';
import type { HospitalStore } from './hospital/hospital.store.ts';
import type { PracticeStore } from './practice/practice.store.ts';
import type { RecordAccessStore } from './reading/record-access.store.ts';
import type { ClinicalServices } from './record/clinical.wiring.ts';

export interface CareServices
  extends AttachmentServices, BookingServices, ClinicalServices, PersonalDataServices {
  readonly hospitals: HospitalStore;
  readonly practices: PracticeStore;
  readonly consultations: ConsultationStore;
  readonly chatMessages: ChatMessageStore;
  readonly chat: ChatService;
  readonly recordAccesses: RecordAccessStore;
}

export interface CareContext extends GraphqlContext {
  readonly services: CareServices;
}
