import { In } from 'typeorm';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { type BatchRead, inOrder } from '../../../shared/loader/loaders.ts';
import { Practice } from './practice.entity.ts';

export class PracticeStore {
  readonly byDoctor: BatchRead<string, Practice>;

  constructor(db: Db) {
    this.byDoctor = {
      name: 'practice.byDoctor',
      read: async (doctorIds) => {
        const rows = await db.read((manager) => manager.findBy(Practice, { doctorId: In([...doctorIds]) }));
        return inOrder(doctorIds, rows, (row) => row.doctorId);
      },
    };
  }

  /** The row, held until the transaction ends. */
  async lock({ manager }: Tx, doctorId: string): Promise<Practice | null> {
    return manager.findOne(Practice, { where: { doctorId }, lock: { mode: 'pessimistic_write' } });
  }

  /** Puts in where a doctor practises who practises nowhere yet; two at once put in one. */
  async begin({ manager }: Tx, practice: Practice): Promise<void> {
    await manager.query(
      `INSERT INTO practice (doctor_id, hospital_id, department_id) VALUES (?, ?, ?)
       ON DUPLICATE KEY UPDATE doctor_id = VALUES(doctor_id)`,
      [practice.doctorId, practice.hospitalId, practice.departmentId],
    );
  }
}
