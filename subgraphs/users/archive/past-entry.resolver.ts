import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { UsersContext } from '../context.ts';
import { changedArchive, entriesIn } from './archive-reading.ts';
import { HealthArchive } from './archive.entity.ts';
import { FamilyHistory, Immunisation, Surgery } from './past-entry.entity.ts';
import {
  RecordFamilyHistoryInput,
  RecordImmunisationInput,
  RecordSurgeryInput,
} from './past-entry.inputs.ts';

const CHANGE = { description: 'What changes.' } as const;

@Resolver(() => HealthArchive)
export class PastEntryResolver {
  @Mutation(() => HealthArchive, { description: 'Records an operation that a patient has had. 记录手术史' })
  async recordSurgery(
    @Arg('input', () => RecordSurgeryInput, CHANGE) input: RecordSurgeryInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changedArchive(context, input.patientId, ({ services: { archives } }, editor) =>
      archives.recordSurgery(editor, input),
    );
  }

  @Mutation(() => HealthArchive, { description: 'Records a disease in the family of a patient. 记录家族史' })
  async recordFamilyHistory(
    @Arg('input', () => RecordFamilyHistoryInput, CHANGE) input: RecordFamilyHistoryInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changedArchive(context, input.patientId, ({ services: { archives } }, editor) =>
      archives.recordFamilyHistory(editor, input),
    );
  }

  @Mutation(() => HealthArchive, { description: 'Records a vaccine that a patient was given. 记录预防接种' })
  async recordImmunisation(
    @Arg('input', () => RecordImmunisationInput, CHANGE) input: RecordImmunisationInput,
    @Ctx() context: UsersContext,
  ): Promise<HealthArchive> {
    return changedArchive(context, input.patientId, ({ services: { archives } }, editor) =>
      archives.recordImmunisation(editor, input),
    );
  }

  @FieldResolver(() => [Surgery], { description: 'The operations that the patient has had. 手术史' })
  async surgeries(@Root() archive: HealthArchive, @Ctx() context: UsersContext): Promise<Surgery[]> {
    return entriesIn(context, archive, context.services.archiveStore.surgeries);
  }

  @FieldResolver(() => [FamilyHistory], { description: 'Diseases in the family. 家族史' })
  async familyHistory(
    @Root() archive: HealthArchive,
    @Ctx() context: UsersContext,
  ): Promise<FamilyHistory[]> {
    return entriesIn(context, archive, context.services.archiveStore.familyHistory);
  }

  @FieldResolver(() => [Immunisation], { description: 'The vaccines that the patient was given. 预防接种' })
  async immunisations(@Root() archive: HealthArchive, @Ctx() context: UsersContext): Promise<Immunisation[]> {
    return entriesIn(context, archive, context.services.archiveStore.immunisations);
  }
}
