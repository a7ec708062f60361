import { type FindOptionsWhere, In, IsNull } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Patient } from '../patient/patient.entity.ts';
import { HealthArchive } from './archive.entity.ts';
import { Allergy, type ArchiveEntry, CurrentMedication, MedicalCondition } from './archive-entry.entity.ts';

/** Somebody looks into an archive. */
export interface ArchiveLook {
  readonly actor: Actor;
  readonly patient: Pick<Patient, 'id' | 'accountId'>;
  /** The one of now if not given. */
  readonly version?: number;
}

type EntryClass<T extends ArchiveEntry> = new () => T;
type Where<T> = FindOptionsWhere<T>;

/** Reads from the primary: an allergy that a replica does not have yet must not be missed. */
export class ArchiveStore {
  readonly #cipher: FieldCipher;
  /** Archives for those who look; each look by anybody but the guardian is audited before the answer is there. */
  readonly looks: BatchRead<ArchiveLook, HealthArchive>;
  readonly allergies: BatchRead<string, Allergy[]>;
  readonly conditions: BatchRead<string, MedicalCondition[]>;
  readonly medications: BatchRead<string, CurrentMedication[]>;

  constructor(db: Db, cipher: FieldCipher, audit: Audit) {
    this.#cipher = cipher;
    this.looks = {
      name: 'archive.looks',
      read: async (looks) => {
        await note(audit, looks);
        return db.readPrimary((manager) => versionsOf(manager, looks));
      },
    };
    this.allergies = entriesOf(db, Allergy, (row) => this.#reaction(row, 'decrypt'));
    this.conditions = entriesOf(db, MedicalCondition, (row) => row);
    this.medications = entriesOf(db, CurrentMedication, (row) => row);
  }

  /** The patient of an archive, held until the end of the transaction. Its sealed columns are not opened. */
  async lock({ manager }: Tx, patientId: string): Promise<Patient | null> {
    return manager.findOne(Patient, { where: { id: patientId }, lock: { mode: 'pessimistic_write' } });
  }

  async version({ manager }: Tx, patientId: string, version: number): Promise<HealthArchive> {
    return manager.findOneByOrFail(HealthArchive, { patientId, version });
  }

  /** Makes a version the one that holds, if it follows upon the one that held. @returns whether it did */
  async append({ manager }: Tx, archive: HealthArchive): Promise<boolean> {
    const { patientId, version } = archive;
    const before = { id: patientId, archiveVersion: version - 1 };
    const { affected } = await manager.update(Patient, before, { archiveVersion: version });
    if (affected !== 1) return false;
    await manager.insert(HealthArchive, archive);
    return true;
  }

  /** Puts in an entry in the place of those that say something of the same. */
  async replace<T extends ArchiveEntry>(
    tx: Tx,
    type: EntryClass<T>,
    same: Where<T>,
    entry: T,
  ): Promise<void> {
    await this.end(tx, type, same, entry.recordedVersion);
    await tx.manager.insert<ArchiveEntry>(
      type,
      entry instanceof Allergy ? this.#reaction(entry, 'encrypt') : entry,
    );
  }

  /** Ends the entries that hold. @returns how many */
  async end<T extends ArchiveEntry>(
    { manager }: Tx,
    type: EntryClass<T>,
    which: Where<T>,
    version: number,
  ): Promise<number> {
    const holding = { ...which, endedVersion: IsNull() } as Where<ArchiveEntry>;
    const { affected } = await manager.update<ArchiveEntry>(type, holding, { endedVersion: version });
    return affected ?? 0;
  }

  #reaction(row: Allergy, how: 'encrypt' | 'decrypt'): Allergy {
    if (row.reaction === null) return row;
    const place = { table: 'allergy', column: 'reaction', rowId: row.id };
    return Object.assign(new Allergy(), row, { reaction: this.#cipher[how](row.reaction, place) });
  }
}

/** Those of the entries that hold in a version of the archive. */
export function holdingIn<T extends ArchiveEntry>(entries: readonly T[], version: number): T[] {
  return entries.filter(
    ({ recordedVersion, endedVersion }) =>
      recordedVersion <= version && (endedVersion === null || endedVersion > version),
  );
}

async function note(audit: Audit, looks: readonly ArchiveLook[]): Promise<void> {
  const foreign = looks.filter(({ actor, patient }) => actorId(actor) !== patient.accountId);
  for (const actor of new Set(foreign.map((look) => look.actor))) {
    const theirs = foreign.filter((look) => look.actor === actor);
    const ids = new Set(theirs.map(({ patient }) => patient.id));
    await audit.read(actor, 'health_archive.read', 'Patient', [...ids]);
  }
}

const keyOf = ({ patientId, version }: { patientId: string; version: number }) => `${patientId}/${version}`;

async function versionsOf(
  manager: Tx['manager'],
  looks: readonly ArchiveLook[],
): Promise<(HealthArchive | null)[]> {
  const patients = await manager.find(Patient, {
    select: { id: true, archiveVersion: true },
    where: { id: In(looks.map(({ patient }) => patient.id)) },
  });
  const current = new Map(patients.map((each) => [each.id, each.archiveVersion]));
  const wanted = looks.map(({ patient, version }) => ({
    patientId: patient.id,
    version: version ?? current.get(patient.id) ?? 0,
  }));
  const rows = await manager.find(HealthArchive, { where: wanted });
  return inOrder(wanted.map(keyOf), rows, keyOf);
}

function entriesOf<T extends ArchiveEntry>(
  db: Db,
  type: EntryClass<T>,
  open: (row: T) => T,
): BatchRead<string, T[]> {
  return {
    name: `${type.name}.ofPatient`,
    read: async (patientIds) => {
      const rows = await db.readPrimary((manager) =>
        manager.find(type as EntryClass<ArchiveEntry>, {
          where: { patientId: In([...patientIds]) },
          order: { id: 'ASC' },
        }),
      );
      const opened = (rows as T[]).map(open);
      return patientIds.map((id) => opened.filter((row) => row.patientId === id));
    },
  };
}
