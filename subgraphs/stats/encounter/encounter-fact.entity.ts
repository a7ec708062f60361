import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** A doctor saw a patient. 接诊事实 */
@Entity('encounter_fact')
export class EncounterFact {
  /** Pseudonym of the consultation. */
  @PrimaryColumn({ type: 'char', length: 64, charset: 'ascii', collation: 'ascii_bin' })
  id!: string;

  @Column({ ...idColumn, name: 'doctor_id' })
  doctorId!: string;

  /** Business day on which it began. */
  @Column({ type: 'char', length: 10, charset: 'ascii', collation: 'ascii_bin' })
  day!: string;

  /** From checking in to being called; null where nobody queued. */
  @Column({ type: 'int', name: 'waited_seconds', nullable: true })
  waitedSeconds!: number | null;

  /** Null until it ends. */
  @Column({ type: 'int', name: 'lasted_seconds', nullable: true })
  lastedSeconds!: number | null;
}
