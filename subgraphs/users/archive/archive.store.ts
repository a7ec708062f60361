import { In, IsNull } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Patient } from '../patient/patient.entity.ts';
import { opened, sealed } from './archive-content.ts';
import { HealthArchive } from './archive.entity.ts';
import {
  Allergy,
  type ArchiveEntry,
  ArchiveEntryEnd,
  type EntryClass,
  CurrentMedication,
  MedicalCondition,
} from './archive-entry.entity.ts';
import { FamilyHistory, Immunisation, Surgery } from './past-entry.entity.ts';
import { sealArchives } from './seal-archives.ts';

/** Somebody looks into an archive. */
export interface ArchiveLook {
  readonly actor: Actor;
  readonly patient: Pick<Patient, 'id' | 'accountId'>;
  /** The one of now if not given. */
  readonly version?: number;
}

/** A version of an archive, `<patient>/<version>`. */
type VersionKey = `${string}/${number}`;

export const versionKey = (patientId: string, version: number): VersionKey => `${patientId}/${version}`;

/** Reads from the primary: an allergy that a replica does not have yet must not be missed. */
export class ArchiveStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  /** Archives for those who look; each look by anybody but the guardian is audited before the answer is there. */
  readonly looks: BatchRead<ArchiveLook, HealthArchive>;
  /** Versions of archives into which somebody looks already. */
  readonly versions: BatchRead<VersionKey, HealthArchive>;
  readonly allergies: BatchRead<string, Allergy[]>;
  readonly conditions: BatchRead<string, MedicalCondition[]>;
  readonly medications: BatchRead<string, CurrentMedication[]>;
  readonly surgeries: BatchRead<string, Surgery[]>;
  readonly familyHistory: BatchRead<string, FamilyHistory[]>;
  readonly immunisations: BatchRead<string, Immunisation[]>;

  constructor(db: Db, cipher: FieldCipher, audit: Audit) {
    this.#db = db;
    this.#cipher = cipher;
    const rowsOf = async (manager: Tx['manager'], keys: readonly VersionKey[]) => {
      const where = [...new Set(keys)].map((key) => {
        const [patientId = '', version] = key.split('/');
        return { patientId, version: Number(version) };
      });
      const rows = (await manager.find(HealthArchive, { where })).map((row) => opened(row, cipher));
      return inOrder(keys, rows, ({ patientId, version }) => versionKey(patientId, version));
    };
    this.looks = {
      name: 'archive.looks',
      read: async (looks) => {
        await note(audit, looks);
        return db.readPrimary(async (manager) => rowsOf(manager, await keysOf(manager, looks)));
      },
    };
    this.versions = {
      name: 'archive.versions',
      read: (keys) => db.readPrimary((manager) => rowsOf(manager, keys)),
    };
    this.allergies = entriesOf(db, Allergy, cipher);
    this.conditions = entriesOf(db, MedicalCondition, cipher);
    this.medications = entriesOf(db, CurrentMedication, cipher);
    this.surgeries = entriesOf(db, Surgery, cipher);
    this.familyHistory = entriesOf(db, FamilyHistory, cipher);
    this.immunisations = entriesOf(db, Immunisation, cipher);
  }

  /** The patient of an archive, held until the end of the transaction. Its sealed columns are not opened. */
  async lock({ manager }: Tx, patientId: string): Promise<Patient | null> {
    return manager.findOne(Patient, { where: { id: patientId }, lock: { mode: 'pessimistic_write' } });
  }

  async version({ manager }: Tx, patientId: string, version: number): Promise<HealthArchive> {
    const row = await manager.findOneByOrFail(HealthArchive, { patientId, version });
    return opened(row, this.#cipher);
  }

  /** Makes a version the one that holds, if it follows upon the one that held. @returns whether it did */
  async append({ manager }: Tx, archive: HealthArchive): Promise<boolean> {
    const { patientId, version } = archive;
    const before = { id: patientId, archiveVersion: version - 1 };
    const { affected } = await manager.update(Patient, before, { archiveVersion: version });
    if (affected !== 1) return false;
    await manager.insert(HealthArchive, sealed(archive, this.#cipher));
    return true;
  }

  /** Seals what an earlier release left in clear, see {@link sealArchives}. @returns how many rows */
  async sealOld(): Promise<number> {
    return sealArchives(this.#db, this.#cipher);
  }

  /** Puts in an entry in the place of those that say something of the same. */
  async replace<T extends ArchiveEntry>(
    tx: Tx,
    type: EntryClass<T>,
    entry: T,
    isSame: (other: T) => boolean,
  ): Promise<void> {
    const { patientId, recordedVersion } = entry;
    // What is sealed can be compared only when it is open; an archive holds a handful of them.
    const holding = (await tx.manager.findBy<ArchiveEntry>(type, {
      patientId,
      endedVersion: IsNull(),
    })) as T[];
    const same = holding.filter((row) => isSame(opened(row, this.#cipher)));
    for (const { id } of same) {
      await this.end(tx, type, { id, patientId }, recordedVersion, ArchiveEntryEnd.REPLACED);
    }
    await tx.manager.insert<ArchiveEntry>(type, sealed(entry, this.#cipher));
  }

  /** Ends an entry that holds. @returns whether it did */
  async end<T extends ArchiveEntry>(
    { manager }: Tx,
    type: EntryClass<T>,
    which: { readonly id: string; readonly patientId: string },
    version: number,
    reason: ArchiveEntryEnd,
  ): Promise<boolean> {
    const holding = { ...which, endedVersion: IsNull() };
    const ending = { endedVersion: version, endReason: reason };
    const { affected } = await manager.update<ArchiveEntry>(type, holding, ending);
    return affected === 1;
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

async function keysOf(manager: Tx['manager'], looks: readonly ArchiveLook[]): Promise<VersionKey[]> {
  const patients = await manager.find(Patient, {
    select: { id: true, archiveVersion: true },
    where: { id: In(looks.map(({ patient }) => patient.id)) },
  });
  const current = new Map(patients.map((each) => [each.id, each.archiveVersion]));
  return looks.map(({ patient, version }) => versionKey(patient.id, version ?? current.get(patient.id) ?? 0));
}

function entriesOf<T extends ArchiveEntry>(
  db: Db,
  type: EntryClass<T>,
  cipher: FieldCipher,
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
      const entries = (rows as T[]).map((row) => opened(row, cipher));
      return patientIds.map((id) => entries.filter((row) => row.patientId === id));
    },
  };
}
