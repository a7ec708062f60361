import { AppError } from '../../../shared/errors/app-error.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import type { UsersContext } from '../context.ts';
import { getEditable } from '../patient/patient.access.ts';
import type { Patient } from '../patient/patient.entity.ts';
import type { Editor } from './archive-change.ts';
import type { HealthArchive } from './archive.entity.ts';
import type { ArchiveEntry } from './archive-entry.entity.ts';
import { holdingIn } from './archive.store.ts';

/** An archive for the caller, who may see the patient. @throws AppError NOT_FOUND for a version that is not there */
export async function getArchive(
  { actor, loaders, services }: UsersContext,
  patient: Patient,
  version: number | undefined,
): Promise<HealthArchive> {
  const found = await loaders.of(services.archiveStore.looks).load({ actor, patient, version });
  if (!found) throw new AppError('NOT_FOUND', { what: 'HealthArchive' });
  return found;
}

/** The archive as it stands after a change by the caller. @throws AppError NOT_FOUND, and what `change` throws */
export async function changedArchive(
  context: UsersContext,
  patientId: string,
  change: (context: UsersContext, editor: Editor) => Promise<void>,
): Promise<HealthArchive> {
  const { patient, as } = await getEditable(context, patientId);
  await change(context, { actor: context.actor, as });
  context.loaders.clear();
  return getArchive(context, patient, undefined);
}

/** The entries of one kind that hold in an archive. */
export async function entriesIn<T extends ArchiveEntry>(
  { loaders }: UsersContext,
  { patientId, version }: HealthArchive,
  kind: BatchRead<string, T[]>,
): Promise<T[]> {
  return holdingIn((await loaders.of(kind).load(patientId)) ?? [], version);
}
