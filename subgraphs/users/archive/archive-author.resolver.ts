import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { actorId } from '../../../shared/context/actor.ts';
import type { UsersContext } from '../context.ts';
import { Allergy, type ArchiveEntry, CurrentMedication, MedicalCondition } from './archive-entry.entity.ts';
import { ArchiveAuthor, ArchiveAuthorKind } from './archive-author.types.ts';
import { FamilyHistory, Immunisation, Surgery } from './past-entry.entity.ts';

const { SELF, GUARDIAN, DOCTOR, FAMILY, PLATFORM } = ArchiveAuthorKind;

/** Who an account is to the caller; its identifier stays inside. @param by account or `service:<name>` */
export async function authorOf(
  { actor, loaders, services }: UsersContext,
  patientId: string,
  by: string,
): Promise<ArchiveAuthor> {
  if (by === actorId(actor)) return { kind: SELF, name: null };
  if (by.startsWith('service:')) return { kind: PLATFORM, name: null };
  const patient = await loaders.of(services.patients.byId).load(patientId);
  if (patient?.accountId === by) return { kind: GUARDIAN, name: null };
  const doctor = await loaders.of(services.doctors.byAccount).load(by);
  return doctor ? { kind: DOCTOR, name: doctor.name } : { kind: FAMILY, name: null };
}

function authorResolverOf(type: new () => ArchiveEntry): new () => object {
  @Resolver(() => type)
  class EntryAuthorResolver {
    @FieldResolver(() => ArchiveAuthor, { description: 'Who recorded it. 记录人' })
    async author(
      @Root() { patientId, recordedBy }: ArchiveEntry,
      @Ctx() context: UsersContext,
    ): Promise<ArchiveAuthor> {
      return authorOf(context, patientId, recordedBy);
    }
  }
  return EntryAuthorResolver;
}

/** One resolver for each kind of entry. */
export const entryAuthorResolvers = [
  Allergy,
  MedicalCondition,
  CurrentMedication,
  Surgery,
  FamilyHistory,
  Immunisation,
].map(authorResolverOf);
