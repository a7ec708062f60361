import { personalDataRules } from '../../shared/privacy/personal-data.resolver.ts';
import { anyone, mergeRules } from '../../shared/rules/rules.ts';
import { appointmentRules } from './appointment/appointment.rules.ts';
import { attachmentRules } from './attachment/attachment.rules.ts';
import { consultationRules } from './consultation/consultation.rules.ts';
import { departmentRules } from './department/department.rules.ts';
import { hospitalRules } from './hospital/hospital.rules.ts';
import { practiceRules } from './practice/practice.rules.ts';
import { prescriptionRules } from './prescription/prescription.rules.ts';
import { queueRules } from './queue/queue.rules.ts';
import { recordAccessRules } from './reading/record-access.rules.ts';
import { recordRules } from './record/record.rules.ts';
import { scheduleRules } from './schedule/schedule.rules.ts';
import { signingRules } from './signing/signing.rules.ts';

export const rules = mergeRules(
  hospitalRules,
  practiceRules,
  consultationRules,
  appointmentRules,
  departmentRules,
  scheduleRules,
  queueRules,
  signingRules,
  recordRules,
  prescriptionRules,
  attachmentRules,
  personalDataRules,
  recordAccessRules,
  {
    PageInfo: anyone,
  },
);
