import { type EntityManager, In } from 'typeorm';
import type { Db } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { Account } from '../account/account.entity.ts';
import { Doctor } from '../doctor/doctor.entity.ts';
import type { CareAccesses, RecordAccess } from '../external/care.client.ts';
import { Patient } from '../patient/patient.entity.ts';
import { RoleGrant } from '../role/role-grant.entity.ts';
import { PatientShare } from '../sharing/share.entity.ts';
import { PatientTransfer, PatientTransferStatus } from '../transfer/transfer.entity.ts';
import { AccessLogEntry, AccessVia } from './access-log.types.ts';

interface Page {
  readonly patientId: string;
  /** Only entries with a smaller id; empty for all. */
  readonly before: string;
  readonly limit: number;
}

/** The key of a page: pages of several patients that are asked alike are read by the same statements. */
export const pageKey = ({ patientId, before, limit }: Page) => JSON.stringify([before, limit, patientId]);

/**
 * Who was at the data of patients: what the audit of this subgraph says of them, with what care says of their records,
 * in one order by the time in the identifiers. The audit's index on its subject makes a page cost what it shows.
 */
export class AccessLogStore {
  readonly #db: Db;
  readonly #auditSchema: string;
  readonly #care: CareAccesses;
  readonly pages: BatchRead<string, AccessLogEntry[]>;

  constructor(db: Db, auditSchema: string, care: CareAccesses) {
    this.#db = db;
    this.#auditSchema = auditSchema;
    this.#care = care;
    this.pages = { name: 'accessLog.pages', read: (keys) => this.#read(keys) };
  }

  async #read(keys: readonly string[]): Promise<AccessLogEntry[][]> {
    const pages = keys.map((key) => JSON.parse(key) as [string, number, string]);
    const found = new Map<string, AccessLogEntry[]>();
    // The same field of many patients asks for the same kind of page, so this goes round once.
    for (const kind of new Set(pages.map(([before, limit]) => JSON.stringify([before, limit])))) {
      const [before, limit] = JSON.parse(kind) as [string, number];
      const patientIds = pages
        .filter((each) => each[0] === before && each[1] === limit)
        .map((each) => each[2]);
      const own = await this.#own(patientIds, before, limit);
      const care = await this.#care.recordAccesses(patientIds, before || undefined, limit);
      const entries = await this.#db.read((manager) => explained(manager, [...own, ...care]));
      for (const patientId of patientIds) {
        const theirs = entries.filter((each) => each.patientId === patientId);
        const newest = theirs.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
        found.set(pageKey({ patientId, before, limit }), newest);
      }
    }
    return keys.map((key) => found.get(key) ?? []);
  }

  async #own(patientIds: readonly string[], before: string, limit: number): Promise<RecordAccess[]> {
    // Each part reads no more of the index than it shows.
    const part = `(SELECT id, subject_id AS patientId, at, actor, action FROM \`${this.#auditSchema}\`.audit_entry
      WHERE subject_type = 'Patient' AND subject_id = ?${before && ' AND id < ?'} ORDER BY id DESC LIMIT ?)`;
    return this.#db.read((manager) =>
      manager.query<RecordAccess[]>(
        patientIds.map(() => part).join(' UNION ALL '),
        patientIds.flatMap((id) => (before ? [id, before, limit] : [id, limit])),
      ),
    );
  }
}

/** Says who did it, and by what right as far as that can be told now. */
async function explained(manager: EntityManager, rows: readonly RecordAccess[]): Promise<AccessLogEntry[]> {
  const patientIds = [...new Set(rows.map((row) => row.patientId))];
  const actors = [...new Set(rows.map((row) => row.actor))].filter((each) => each.startsWith('acc_'));
  const patients = await manager.find(Patient, {
    select: { id: true, accountId: true },
    where: { id: In([...patientIds]) },
  });
  const accounts = await manager.findBy(Account, { id: In([...actors]) });
  const doctors = await manager.findBy(Doctor, { accountId: In([...actors]) });
  const grants = await manager.findBy(RoleGrant, { accountId: In([...actors]) });
  const shares = await manager.find(PatientShare, {
    select: { id: true, patientId: true, toAccountId: true },
    where: { patientId: In([...patientIds]), toAccountId: In([...actors]) },
  });
  const handed = await manager.find(PatientTransfer, {
    select: { id: true, patientId: true, fromAccountId: true },
    where: {
      patientId: In([...patientIds]),
      status: PatientTransferStatus.ACCEPTED,
    },
  });
  return rows.map((row) => {
    const guardianId = patients.find((each) => each.id === row.patientId)?.accountId ?? '';
    const doctor = doctors.find((each) => each.accountId === row.actor);
    const roles = [
      ...new Set(grants.filter((each) => each.accountId === row.actor).map((each) => each.role)),
    ].toSorted();
    const isShared = shares.some(
      (each) => each.toAccountId === row.actor && each.patientId === row.patientId,
    );
    const isFormer = handed.some(
      (each) => each.fromAccountId === row.actor && each.patientId === row.patientId,
    );
    const via = () => {
      if (!row.actor.startsWith('acc_')) return AccessVia.SYSTEM;
      if (row.actor === guardianId) return AccessVia.GUARDIAN;
      if (doctor) return AccessVia.TREATMENT;
      if (isShared) return AccessVia.SHARING;
      if (isFormer) return AccessVia.FORMER_GUARDIAN;
      return roles.some((role) => role !== 'PATIENT') ? AccessVia.OFFICE : AccessVia.OTHER;
    };
    const name = doctor?.name ?? accounts.find((each) => each.id === row.actor)?.displayName;
    return Object.assign(new AccessLogEntry(), row, { guardianId, name, roles, via: via() });
  });
}
