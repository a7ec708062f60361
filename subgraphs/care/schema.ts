import { PersonalDataResolver } from '../../shared/privacy/personal-data.resolver.ts';
import { type BuiltSubgraph, buildSubgraph } from '../../shared/subgraph/schema.ts';
import { AppointmentResolver } from './appointment/appointment.resolver.ts';
import { CareInternalResolver } from './appointment/care-internal.resolver.ts';
import { PatientAppointmentsResolver } from './appointment/patient-appointments.resolver.ts';
import {
  AttachmentResolver,
  ConsultationAttachmentsResolver,
  findOwnAttachment,
} from './attachment/attachment.resolver.ts';
import { ChatResolver } from './consultation/chat.resolver.ts';
import { ConsultationResolver } from './consultation/consultation.resolver.ts';
import { VisitResolver } from './consultation/visit.resolver.ts';
import type { CareContext } from './context.ts';
import { DepartmentResolver } from './department/department.resolver.ts';
import { Doctor } from './external/doctor.ts';
import { Patient } from './external/patient.ts';
import { HospitalResolver } from './hospital/hospital.resolver.ts';
import { NearbyHospitalResolver } from './hospital/nearby-hospital.resolver.ts';
import { rules } from './permissions.ts';
import { careQuotas } from './quotas.ts';
import { PracticeResolver } from './practice/practice.resolver.ts';
import {
  ConsultationPrescriptionsResolver,
  PatientPrescriptionsResolver,
} from './prescription/prescription-lists.resolver.ts';
import { PrescriptionLineResolver, PrescriptionResolver } from './prescription/prescription.resolver.ts';
import { QueueResolver } from './queue/queue.resolver.ts';
import { RecordAccessResolver } from './reading/record-access.resolver.ts';
import { ConsultationRecordResolver, PatientRecordsResolver } from './record/record-lists.resolver.ts';
import { RecordResolver, RecordVersionResolver } from './record/record.resolver.ts';
import { ScheduleResolver } from './schedule/schedule.resolver.ts';
import { SlotResolver } from './schedule/slot.resolver.ts';
import { SigningResolver } from './signing/signing.resolver.ts';

/** The schema of care with every field under its rule. */
export function careSchema(): Promise<BuiltSubgraph> {
  return buildSubgraph<CareContext>({
    resolvers: [
      HospitalResolver,
      NearbyHospitalResolver,
      PracticeResolver,
      ConsultationResolver,
      ChatResolver,
      VisitResolver,
      CareInternalResolver,
      DepartmentResolver,
      ScheduleResolver,
      SlotResolver,
      AppointmentResolver,
      PatientAppointmentsResolver,
      QueueResolver,
      SigningResolver,
      RecordResolver,
      RecordVersionResolver,
      PatientRecordsResolver,
      ConsultationRecordResolver,
      PrescriptionResolver,
      PrescriptionLineResolver,
      PatientPrescriptionsResolver,
      ConsultationPrescriptionsResolver,
      AttachmentResolver,
      ConsultationAttachmentsResolver,
      PersonalDataResolver,
      RecordAccessResolver,
    ],
    references: {
      Hospital: ({ id }, { loaders, services }) => loaders.of(services.hospitals.byId).load(id),
      Consultation: ({ id }, { loaders, services }) => loaders.of(services.consultations.byId).load(id),
      Attachment: ({ id }, context) => findOwnAttachment(context, id),
      Doctor: ({ id }) => Doctor.of(id),
      Patient: ({ id }) => Patient.of(id),
      Department: ({ id }, { loaders, services }) => loaders.of(services.departments.byId).load(id),
      MedicalRecord: ({ id }, context) => context.services.records.reading.get(context, id),
      Prescription: ({ id }, context) => context.services.prescriptions.reading.get(context, id),
      Slot: ({ id }, { loaders, services }) => loaders.of(services.slots.byId).load(id),
    },
    rules,
    quotas: careQuotas,
  });
}
