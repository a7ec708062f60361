import { In, LessThanOrEqual } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { InsuranceSettlement, SettlementStatus } from './insurance-settlement.entity.ts';

const place = (rowId: string) => ({ table: 'insurance_settlement', column: 'person_no', rowId });

export class InsuranceStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;
  readonly ofOrder: BatchRead<string, InsuranceSettlement>;

  constructor(db: Db, cipher: FieldCipher) {
    this.#db = db;
    this.#cipher = cipher;
    this.ofOrder = {
      name: 'insuranceSettlement.ofOrder',
      read: async (ids) => {
        const rows = await db.read((manager) =>
          manager.findBy(InsuranceSettlement, { orderId: In([...ids]) }),
        );
        return inOrder(ids, rows, (row) => row.orderId);
      },
    };
  }

  async insert({ manager }: Tx, settlement: InsuranceSettlement): Promise<void> {
    await manager.insert(InsuranceSettlement, settlement);
  }

  /** The latest committed state. */
  async current(orderId: string): Promise<InsuranceSettlement | null> {
    return this.#db.readPrimary((manager) => manager.findOneBy(InsuranceSettlement, { orderId }));
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, orderId: string): Promise<InsuranceSettlement | null> {
    return manager.findOne(InsuranceSettlement, {
      where: { orderId },
      lock: { mode: 'pessimistic_write' },
    });
  }

  /** A number that no other call of the same second has. */
  async nextSequence(): Promise<number> {
    return this.#db.transaction(async ({ manager }) => {
      await manager.query('UPDATE insurance_counter SET last_no = (last_no + 1) % 10000 WHERE id = 1');
      const [row] = await manager.query<{ last_no: number }[]>(
        'SELECT last_no FROM insurance_counter WHERE id = 1',
      );
      return row?.last_no ?? 0;
    });
  }

  /** What is to be undone at the insurer, and what stands still since `stale`. */
  async due(now: Date, stale: Date, limit: number): Promise<InsuranceSettlement[]> {
    const { COMPENSATING, REVERSING, OPEN, SETTLING } = SettlementStatus;
    return this.#db.readPrimary((manager) =>
      manager.find(InsuranceSettlement, {
        where: [
          { status: In([COMPENSATING, REVERSING]), nextTryAt: LessThanOrEqual(now) },
          { status: In([OPEN, SETTLING]), touchedAt: LessThanOrEqual(stale) },
        ],
        order: { nextTryAt: 'ASC' },
        take: limit,
      }),
    );
  }

  sealPersonNo(id: string, personNo: string): string {
    return this.#cipher.encrypt(personNo, place(id));
  }

  /** @throws AppError DECRYPT_FAILED */
  personNoOf({ id, personNo }: InsuranceSettlement): string {
    return personNo === null ? '' : this.#cipher.decrypt(personNo, place(id));
  }
}
