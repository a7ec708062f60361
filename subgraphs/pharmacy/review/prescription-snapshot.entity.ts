import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** Why a sheet is kept, but never reviewed. */
export type Refusal = 'HASH_MISMATCH' | 'MALFORMED' | 'ANOTHER_IS_THERE';

/** A signed prescription as it came in. Its rows are never changed. */
@Entity('prescription_snapshot')
export class SnapshotRow {
  @PrimaryColumn(idColumn)
  id!: string;

  /** Empty where the one that came in is no identifier. */
  @Column({ ...idColumn, name: 'prescription_id' })
  prescriptionId!: string;

  /** The event that brought it: the same one again changes nothing. */
  @Column({ ...idColumn, name: 'event_id' })
  eventId!: string;

  /** Null for one that is good. */
  @Column({ ...idColumn, length: 16, nullable: true })
  refusal!: Refusal | null;

  /** As the sheet says it, not as it was found to be. */
  @Column({ ...idColumn, length: 64 })
  hash!: string;

  /** Encrypted JSON of the whole sheet. */
  @Column({ type: 'mediumtext' })
  payload!: string;

  @Column({ type: 'datetime', precision: 3, name: 'received_at' })
  receivedAt!: Date;
}

/** How much of a line was handed out. */
@Entity('prescription_line')
export class PrescriptionLine {
  @PrimaryColumn({ ...idColumn, name: 'prescription_id' })
  prescriptionId!: string;

  @PrimaryColumn({ ...idColumn, name: 'line_id' })
  lineId!: string;

  /** Packs that the doctor prescribed. */
  @Column({ type: 'int' })
  quantity!: number;

  @Column({ type: 'int' })
  dispensed!: number;
}
