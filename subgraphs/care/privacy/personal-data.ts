import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { PersonalCollector } from '../../../shared/privacy/personal-collector.ts';
import type { PersonalDataServices } from '../../../shared/privacy/personal-data.resolver.ts';
import type { PersonalSource } from '../../../shared/privacy/personal-source.ts';
import { sealedColumns } from './sealed-columns.ts';

const OF_PATIENT = 'patient_id IN :patients';
const IN_CONSULTATION =
  'consultation_id IN (SELECT id FROM consultation WHERE patient_account_id = :account)';

/** What care holds of a patient. Drafts that no doctor has signed are not of the record yet. */
const sources: readonly PersonalSource[] = [
  {
    name: 'appointments',
    about: 'Appointments. 预约',
    table: 'appointment',
    where: `account_id = :account OR ${OF_PATIENT}`,
    hidden: ['active_key', 'doctor_account_id'],
  },
  {
    name: 'queueTickets',
    about: 'Places in queues. 候诊排队',
    table: 'queue_ticket',
    where: 'account_id = :account',
    hidden: ['doctor_account_id'],
  },
  {
    name: 'consultations',
    about: 'Consultations. 问诊',
    table: 'consultation',
    where: 'patient_account_id = :account',
    hidden: ['doctor_account_id'],
  },
  {
    name: 'chatMessages',
    about: 'Messages of consultations. 问诊消息',
    table: 'chat_message',
    where: IN_CONSULTATION,
    hidden: ['idempotency_key', 'is_encrypted'],
  },
  {
    name: 'attachments',
    about: 'Files of consultations; each can be downloaded there. 附件',
    table: 'attachment',
    where: IN_CONSULTATION,
    hidden: ['stored_as', 'file_key'],
  },
  {
    name: 'medicalRecords',
    about: 'Medical records. 病历',
    table: 'medical_record',
    where: OF_PATIENT,
    hidden: ['draft', 'doctor_account_id'],
  },
  {
    name: 'medicalRecordVersions',
    about: 'Signed versions of the medical records. 已签署的病历',
    table: 'medical_record_version',
    isAppendOnly: true,
    where: `record_id IN (SELECT id FROM medical_record WHERE ${OF_PATIENT})`,
    hidden: ['author_account_id'],
  },
  {
    name: 'prescriptions',
    about: 'Prescriptions. 处方',
    table: 'prescription',
    where: OF_PATIENT,
    hidden: ['draft', 'doctor_account_id'],
  },
  {
    name: 'prescriptionSheets',
    about: 'Signed prescriptions. 已签署的处方',
    table: 'prescription_sheet',
    isAppendOnly: true,
    where: `prescription_id IN (SELECT id FROM prescription WHERE ${OF_PATIENT})`,
  },
];

export function wirePersonalData({ config, db, cipher, audit }: Foundation): PersonalDataServices {
  const { auditSchema } = config.database;
  const personalData = new PersonalCollector({ db, cipher, auditSchema, sealed: sealedColumns, sources });
  return { personalData, audit };
}
