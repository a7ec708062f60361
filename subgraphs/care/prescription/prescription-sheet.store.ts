import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import type { PrescriptionSnapshot } from '../../../shared/events/prescription-snapshot.ts';

interface Row {
  readonly prescription_id: string;
  readonly content: string;
}

/** What was signed: the sheet that pharmacy gets, and for how long the doctor meant it to be valid. */
export interface Sheet {
  readonly snapshot: PrescriptionSnapshot;
  readonly validDays: number;
}

const contentPlace = (rowId: string) => ({ table: 'prescription_sheet', column: 'content', rowId });

/** The signed sheets, in a table that the application may only insert into and read. */
export class PrescriptionSheetStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  readonly #table: string;

  /** @param schema the one where the application may only insert and read. */
  constructor(db: Db, cipher: FieldCipher, schema: string) {
    this.#db = db;
    this.#cipher = cipher;
    this.#table = `\`${schema}\`.prescription_sheet`;
  }

  async insert({ manager }: Tx, sheet: Sheet): Promise<void> {
    const { prescriptionId, hash, signature, signedAt } = sheet.snapshot;
    await manager.query(
      `INSERT INTO ${this.#table} (prescription_id, content, hash, signature_algorithm, signature_key_id,
         signature_value, signed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [
        prescriptionId,
        this.#cipher.encrypt(JSON.stringify(sheet), contentPlace(prescriptionId)),
        hash,
        signature.algorithm,
        signature.keyId,
        signature.value,
        new Date(signedAt),
      ],
    );
  }

  /** By the prescription's id. */
  async some(ids: readonly string[]): Promise<Map<string, Sheet>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db.read((manager) =>
      manager.query<Row[]>(
        `SELECT prescription_id, content FROM ${this.#table} WHERE prescription_id IN (?)`,
        [[...ids]],
      ),
    );
    return new Map(
      rows.map(({ prescription_id: id, content }) => [
        id,
        JSON.parse(this.#cipher.decrypt(content, contentPlace(id))) as Sheet,
      ]),
    );
  }
}
