import type { Db } from '../../../shared/db/db.ts';
import type { RecordAccess } from './record-access.types.ts';

/** Documents of a patient: name of the type in the audit, and its rows with their patient. */
const DOCUMENTS = [
  ['MedicalRecord', 'medical_record d', 'd.patient_id'],
  ['Prescription', 'prescription d', 'd.patient_id'],
  ['Attachment', 'attachment d JOIN consultation c ON c.id = d.consultation_id', 'c.patient_id'],
] as const;

/** Who was at the documents of patients, as the audit has it: found by the documents and its index on them. */
export class RecordAccessStore {
  readonly #db: Db;
  readonly #auditSchema: string;

  constructor(db: Db, auditSchema: string) {
    this.#db = db;
    this.#auditSchema = auditSchema;
  }

  /** The newest first, `first` of each patient at most. @param before only entries with a smaller id */
  async newest(
    patientIds: readonly string[],
    before: string | undefined,
    first: number,
  ): Promise<RecordAccess[]> {
    if (patientIds.length === 0) return [];
    const parts = DOCUMENTS.map(
      ([type, rows, patient]) => `
        SELECT e.id, ${patient} AS patientId, e.at, e.actor, e.action FROM ${rows}
        JOIN \`${this.#auditSchema}\`.audit_entry e ON e.subject_type = '${type}' AND e.subject_id = d.id
        WHERE ${patient} IN (?)${before === undefined ? '' : ' AND e.id < ?'}`,
    );
    const values = before === undefined ? [patientIds] : [patientIds, before];
    return this.#db.read((manager) =>
      manager.query<RecordAccess[]>(
        `SELECT id, patientId, at, actor, action FROM (
           SELECT a.*, ROW_NUMBER() OVER (PARTITION BY patientId ORDER BY id DESC) AS place
           FROM (${parts.join(' UNION ALL ')}) AS a
         ) AS numbered WHERE place <= ? ORDER BY id DESC`,
        [...DOCUMENTS.flatMap(() => values), first],
      ),
    );
  }
}
