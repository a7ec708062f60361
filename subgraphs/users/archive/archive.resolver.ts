import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { UsersContext } from '../context.ts';
import { Patient } from '../patient/patient.entity.ts';
import { changedArchive, entriesIn, getArchive } from './archive-reading.ts';
import { HealthArchive } from './archive.entity.ts';
import { Allergy, CurrentMedication, MedicalCondition } from './archive-entry.entity.ts';
import {
  EndArchiveEntryInput,
  RecordAllergyInput,
  RecordConditionInput,
  RecordMedicationInput,
  UpdateHealthArchiveInput,
} from './archive.inputs.ts';

const CHANGE = { description: 'What changes.' } as const;

@Resolver(() => HealthArchive)
export class ArchiveResolver {
  @Mutation(() => HealthArchive, { description: 'Records what a patient is allergic to. 记录过敏' })
  async recordAllergy(
    @Arg('input', () => RecordAllergyInput, CHANGE) input: RecordAllergyInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changedArchive(context, input.patientId, ({ services: { archives } }, editor) =>
      archives.recordAllergy(editor, input),
    );
  }

  @Mutation(() => HealthArchive, { description: 'Records a disease of a patient. 记录既往病史' })
  async recordCondition(
    @Arg('input', () => RecordConditionInput, CHANGE) input: RecordConditionInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changedArchive(context, input.patientId, ({ services: { archives } }, editor) =>
      archives.recordCondition(editor, input),
    );
  }

  @Mutation(() => HealthArchive, { description: 'Records a medicine that a patient takes. 记录正在用药' })
  async recordMedication(
    @Arg('input', () => RecordMedicationInput, CHANGE) input: RecordMedicationInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changedArchive(context, input.patientId, ({ services: { archives } }, editor) =>
      archives.recordMedication(editor, input),
    );
  }

  @Mutation(() => HealthArchive, {
    description: 'Ends an entry that does not hold any more; earlier versions keep it. 结束档案条目',
  })
  async endArchiveEntry(
    @Arg('input', () => EndArchiveEntryInput, CHANGE) input: EndArchiveEntryInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changedArchive(context, input.patientId, ({ services: { archives } }, editor) =>
      archives.endEntry(editor, input),
    );
  }

  @Mutation(() => HealthArchive, { description: 'Changes what is known of a patient. 更新健康档案' })
  async updateHealthArchive(
    @Arg('input', () => UpdateHealthArchiveInput, CHANGE) input: UpdateHealthArchiveInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changedArchive(context, input.patientId, ({ services: { archives } }, editor) =>
      archives.update(editor, input),
    );
  }

  @FieldResolver(() => [Allergy], { description: 'What the patient is allergic to. 过敏史' })
  async allergies(@Root() archive: HealthArchive, @Ctx() context: UsersContext): Promise<Allergy[]> {
    return entriesIn(context, archive, context.services.archiveStore.allergies);
  }

  @FieldResolver(() => [MedicalCondition], { description: 'The diseases of the patient. 既往病史' })
  async conditions(
    @Root() archive: HealthArchive,
    @Ctx() context: UsersContext,
  ): Promise<MedicalCondition[]> {
    return entriesIn(context, archive, context.services.archiveStore.conditions);
  }

  @FieldResolver(() => [CurrentMedication], { description: 'What the patient takes. 正在用药' })
  async medications(
    @Root() archive: HealthArchive,
    @Ctx() context: UsersContext,
  ): Promise<CurrentMedication[]> {
    return entriesIn(context, archive, context.services.archiveStore.medications);
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
