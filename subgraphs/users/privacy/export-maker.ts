import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import type { Collected, PersonalCollector } from '../../../shared/privacy/personal-collector.ts';
import type { DataSubject } from '../../../shared/privacy/personal-source.ts';
import { Patient } from '../patient/patient.entity.ts';
import { ExportFormat } from './data-export.entity.ts';
import type { ExportDocument } from './export-document.ts';
import type { ExportDocuments } from './export-files.ts';
import { fhirBundle } from './fhir/bundle.ts';

/** Another subgraph, as it is asked what it holds of somebody. @throws AppError UNAVAILABLE */
export interface PersonalDataHolder {
  personalData(actor: Actor, subject: DataSubject): Promise<Collected>;
}

/** Makes the documents of an export. */
export class ExportMaker {
  readonly #db: Db;
  readonly #own: PersonalCollector;
  readonly #care: PersonalDataHolder;
  readonly #pharmacy: PersonalDataHolder;
  readonly #now: () => Date;

  constructor(
    db: Db,
    own: PersonalCollector,
    others: { readonly care: PersonalDataHolder; readonly pharmacy: PersonalDataHolder },
    now: () => Date,
  ) {
    this.#db = db;
    this.#own = own;
    this.#care = others.care;
    this.#pharmacy = others.pharmacy;
    this.#now = now;
  }

  /** @throws AppError UNAVAILABLE when one of the subgraphs does not answer: an export is whole or not at all */
  async documentsOf(accountId: string): Promise<ExportDocuments> {
    const subject = await subjectOf(this.#db, accountId);
    const actor: Actor = { kind: 'service', name: 'users', onBehalfOf: accountId };
    const [users, care, pharmacy] = await Promise.all([
      this.#own.collect(subject),
      this.#care.personalData(actor, subject),
      this.#pharmacy.personalData(actor, subject),
    ]);
    const at = this.#now();
    const document: ExportDocument = {
      format: 'yuneyang.personal-data',
      version: 1,
      exportedAt: at.toISOString(),
      accountId,
      parts: { users, care, pharmacy },
    };
    return {
      [ExportFormat.JSON]: JSON.stringify(document, null, 1),
      [ExportFormat.FHIR_R4]: JSON.stringify(fhirBundle(users, at), null, 1),
    };
  }
}

/** An account with the people for whom it speaks. */
export async function subjectOf(db: Db, accountId: string): Promise<DataSubject> {
  const patients = await db.readPrimary((manager) =>
    manager.find(Patient, { select: { id: true }, where: { accountId }, order: { id: 'ASC' } }),
  );
  return { accountId, patientIds: patients.map(({ id }) => id) };
}
