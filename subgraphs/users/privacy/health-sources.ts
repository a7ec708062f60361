import { sealed } from '../archive/archive-content.ts';
import { HealthArchive } from '../archive/archive.entity.ts';
import { type Erasing, OF_ACCOUNT, OF_PATIENTS, type UsersSource } from './users-source.ts';

/** What is kept of the health of patients; what points at other rows comes before them. */
export const healthSources: readonly UsersSource[] = [
  {
    name: 'reminderOccurrences',
    about: 'When reminders were due. 提醒记录',
    table: 'reminder_occurrence',
    where: `${OF_ACCOUNT} OR ${OF_PATIENTS}`,
    erase: 'delete',
  },
  {
    name: 'followUpItems',
    about: 'What follow-up plans ask for. 随访项目',
    table: 'follow_up_item',
    where: OF_PATIENTS,
    erase: 'delete',
  },
  {
    name: 'followUpPlans',
    about: 'Follow-up plans. 随访计划',
    table: 'follow_up_plan',
    where: OF_PATIENTS,
    erase: 'delete',
  },
  {
    name: 'reminders',
    about: 'Reminders. 健康提醒',
    table: 'reminder',
    where: OF_PATIENTS,
    erase: 'delete',
  },
  {
    name: 'reminderCounters',
    about: 'Numbers of reminders.',
    table: 'reminder_counter',
    where: OF_ACCOUNT,
    isHidden: true,
    erase: 'delete',
  },
  {
    name: 'observations',
    about: 'Measured values. 健康监测数据',
    table: 'observation',
    where: OF_PATIENTS,
    hidden: ['client_key'],
    erase: 'delete',
  },
  {
    name: 'observationUploads',
    about: 'What became of uploads of measured values.',
    table: 'observation_upload',
    where: OF_PATIENTS,
    isHidden: true,
    erase: 'delete',
  },
  {
    name: 'surgeries',
    about: 'Operations. 手术史',
    table: 'surgery',
    where: OF_PATIENTS,
    spread: 'content',
    erase: 'delete',
  },
  {
    name: 'familyHistories',
    about: 'Diseases in the family. 家族史',
    table: 'family_history',
    where: OF_PATIENTS,
    spread: 'content',
    erase: 'delete',
  },
  {
    name: 'immunisations',
    about: 'Vaccinations. 预防接种',
    table: 'immunisation',
    where: OF_PATIENTS,
    spread: 'content',
    erase: 'delete',
  },
  {
    name: 'allergies',
    about: 'Allergies. 过敏史',
    table: 'allergy',
    where: OF_PATIENTS,
    spread: 'content',
    erase: 'delete',
  },
  {
    name: 'conditions',
    about: 'Diseases. 既往病史',
    table: 'medical_condition',
    where: OF_PATIENTS,
    spread: 'content',
    erase: 'delete',
  },
  {
    name: 'medications',
    about: 'Medicines that are taken. 正在用药',
    table: 'current_medication',
    where: OF_PATIENTS,
    spread: 'content',
    erase: 'delete',
  },
  {
    name: 'healthArchives',
    about: 'Every version of the health archives. 健康档案',
    table: 'health_archive',
    where: OF_PATIENTS,
    spread: 'content',
    erase: emptyArchives,
  },
];

/** One version that says nothing: whoever may still see the patient finds an empty archive, not an error. */
async function emptyArchives({ tx: { manager }, cipher, patientIds, now }: Erasing): Promise<void> {
  for (const patientId of patientIds) {
    await manager.delete(HealthArchive, { patientId });
    await manager.insert(HealthArchive, sealed(HealthArchive.first(patientId, now), cipher));
    await manager.query('UPDATE patient SET archive_version = 1 WHERE id = ?', [patientId]);
  }
}
