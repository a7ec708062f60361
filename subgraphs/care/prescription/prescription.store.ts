import { In } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import type { BatchRead } from '../../../shared/loader/loaders.ts';
import { Prescription, PrescriptionStatus } from './prescription.entity.ts';
import type { PrescriptionContent } from './prescription-content.ts';

const draftPlace = (rowId: string) => ({ table: 'prescription', column: 'draft', rowId });

/** Prescriptions and their drafts; only the draft that was read is ever changed. */
export class PrescriptionStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  /** The ids of those of a consultation, in the order in which they were begun. */
  readonly idsOfConsultation: BatchRead<string, string[]>;

  constructor(db: Db, cipher: FieldCipher) {
    this.#db = db;
    this.#cipher = cipher;
    this.idsOfConsultation = {
      name: 'prescription.idsOfConsultation',
      read: async (consultationIds) => {
        const rows = await db.read((manager) =>
          manager.find(Prescription, {
            select: { id: true, consultationId: true },
            where: { consultationId: In([...consultationIds]) },
            order: { id: 'ASC' },
          }),
        );
        return consultationIds.map((id) =>
          rows.filter((row) => row.consultationId === id).map((row) => row.id),
        );
      },
    };
  }

  async some(ids: readonly string[]): Promise<Prescription[]> {
    return this.#db.read((manager) => manager.findBy(Prescription, { id: In([...ids]) }));
  }

  /** As it is now, for a decision. */
  async find(id: string): Promise<Prescription | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(Prescription, { id }));
  }

  async lock({ manager }: Tx, id: string): Promise<Prescription | null> {
    return manager.findOne(Prescription, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async countOf({ manager }: Tx, consultationId: string): Promise<number> {
    return manager.countBy(Prescription, { consultationId });
  }

  async insert({ manager }: Tx, prescription: Prescription, content: PrescriptionContent): Promise<void> {
    const draft = this.#sealed(prescription.id, content);
    await manager.insert(Prescription, Object.assign(prescription, { draft }));
  }

  /** False when the draft is another version by now, or signed. */
  async replaceDraft(
    { manager }: Tx,
    { id, version }: Prescription,
    content: PrescriptionContent,
    at: Date,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      Prescription,
      { id, version, status: PrescriptionStatus.DRAFT },
      { draft: this.#sealed(id, content), version: version + 1, updatedAt: at },
    );
    return affected === 1;
  }

  /** False when the draft is another version by now, or signed. */
  async markSigned(
    { manager }: Tx,
    { id, version }: Prescription,
    at: Date,
    validUntil: Date,
  ): Promise<boolean> {
    const { affected } = await manager.update(
      Prescription,
      { id, version, status: PrescriptionStatus.DRAFT },
      {
        status: PrescriptionStatus.SIGNED,
        version: version + 1,
        draft: null,
        signedAt: at,
        validUntil,
        updatedAt: at,
      },
    );
    return affected === 1;
  }

  draftOf({ id, draft }: Prescription): PrescriptionContent {
    return JSON.parse(this.#cipher.decrypt(draft ?? '', draftPlace(id))) as PrescriptionContent;
  }

  #sealed(id: string, content: PrescriptionContent): string {
    return this.#cipher.encrypt(JSON.stringify(content), draftPlace(id));
  }
}
