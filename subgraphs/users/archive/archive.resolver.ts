import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { UsersContext } from '../context.ts';
import { getEditablePatient } from '../patient/patient.access.ts';
import { Patient } from '../patient/patient.entity.ts';
import { HealthArchive, PregnancyStatus } from './archive.entity.ts';
import { Allergy, CurrentMedication, MedicalCondition } from './archive-entry.entity.ts';
import {
  EndArchiveEntryInput,
  RecordAllergyInput,
  RecordConditionInput,
  RecordMedicationInput,
  UpdateHealthArchiveInput,
} from './archive.inputs.ts';
import { holdingIn } from './archive.store.ts';
import { pregnancyOn } from './pregnancy.ts';

const CHANGE = { description: 'What changes.' } as const;

@Resolver(() => HealthArchive)
export class ArchiveResolver {
  @Mutation(() => HealthArchive, { description: 'Records what a patient is allergic to. 记录过敏' })
  async recordAllergy(
    @Arg('input', () => RecordAllergyInput, CHANGE) input: RecordAllergyInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changed(context, input.patientId, ({ actor, services: { archives } }) =>
      archives.recordAllergy(actor, input),
    );
  }

  @Mutation(() => HealthArchive, { description: 'Records a disease of a patient. 记录既往病史' })
  async recordCondition(
    @Arg('input', () => RecordConditionInput, CHANGE) input: RecordConditionInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changed(context, input.patientId, ({ actor, services: { archives } }) =>
      archives.recordCondition(actor, input),
    );
  }

  @Mutation(() => HealthArchive, { description: 'Records a medicine that a patient takes. 记录正在用药' })
  async recordMedication(
    @Arg('input', () => RecordMedicationInput, CHANGE) input: RecordMedicationInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changed(context, input.patientId, ({ actor, services: { archives } }) =>
      archives.recordMedication(actor, input),
    );
  }

  @Mutation(() => HealthArchive, {
    description: 'Ends an entry that does not hold any more; earlier versions keep it. 结束档案条目',
  })
  async endArchiveEntry(
    @Arg('input', () => EndArchiveEntryInput, CHANGE) input: EndArchiveEntryInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changed(context, input.patientId, ({ actor, services: { archives } }) =>
      archives.endEntry(actor, input),
    );
  }

  @Mutation(() => HealthArchive, { description: 'Changes what is known of a patient. 更新健康档案' })
  async updateHealthArchive(
    @Arg('input', () => UpdateHealthArchiveInput, CHANGE) input: UpdateHealthArchiveInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changed(context, input.patientId, ({ actor, services: { archives } }) =>
      archives.update(actor, input),
    );
  }

  @FieldResolver(() => PregnancyStatus, { description: 'Whether she is pregnant. 妊娠状态' })
  pregnancy(@Root() archive: HealthArchive, @Ctx() { services }: UsersContext): PregnancyStatus {
    return pregnancyOn(archive, services.today()).pregnancy;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Completed weeks of pregnancy today; null if not known. 孕周',
  })
  pregnancyWeeks(@Root() archive: HealthArchive, @Ctx() { services }: UsersContext): number | null {
    return pregnancyOn(archive, services.today()).pregnancyWeeks;
  }

  @FieldResolver(() => [Allergy], { description: 'What the patient is allergic to. 过敏史' })
  async allergies(
    @Root() { patientId, version }: HealthArchive,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Allergy[]> {
    return holdingIn((await loaders.of(services.archiveStore.allergies).load(patientId)) ?? [], version);
  }

  @FieldResolver(() => [MedicalCondition], { description: 'The diseases of the patient. 既往病史' })
  async conditions(
    @Root() { patientId, version }: HealthArchive,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<MedicalCondition[]> {
    return holdingIn((await loaders.of(services.archiveStore.conditions).load(patientId)) ?? [], version);
  }

  @FieldResolver(() => [CurrentMedication], { description: 'What the patient takes. 正在用药' })
  async medications(
    @Root() { patientId, version }: HealthArchive,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<CurrentMedication[]> {
    return holdingIn((await loaders.of(services.archiveStore.medications).load(patientId)) ?? [], version);
  }
}

@Resolver(() => Patient)
export class PatientArchiveResolver {
  @FieldResolver(() => HealthArchive, {
    description: 'The health archive; each look by anybody but the guardian is kept in the audit. 健康档案',
  })
  async archive(
    @Root() patient: Patient,
    @Arg('version', () => Int, {
      nullable: true,
      description: 'An earlier version; that of now if not given.',
    })
    version: number | null | undefined,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return getArchive(context, patient, version ?? undefined);
  }
}

async function changed(
  context: UsersContext,
  patientId: string,
  change: (context: UsersContext) => Promise<void>,
): Promise<HealthArchive> {
  const patient = await getEditablePatient(context, patientId);
  await change(context);
  context.loaders.clear();
  return getArchive(context, patient, undefined);
}

async function getArchive(
  { actor, loaders, services }: UsersContext,
  patient: Patient,
  version: number | undefined,
): Promise<HealthArchive> {
  const found = await loaders.of(services.archiveStore.looks).load({ actor, patient, version });
  if (!found) throw new AppError('NOT_FOUND', { what: 'HealthArchive' });
  return found;
}
