import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** A patient came to a hospital. 就诊事实 */
@Entity('visit_fact')
export class VisitFact {
  /** Pseudonym of the appointment. */
  @PrimaryColumn({ type: 'char', length: 64, charset: 'ascii', collation: 'ascii_bin' })
  id!: string;

  /** Pseudonym: only to tell how many different patients there were. */
  @Column({ type: 'char', length: 64, charset: 'ascii', collation: 'ascii_bin' })
  patient!: string;

  @Column({ ...idColumn, name: 'hospital_id' })
  hospitalId!: string;

  /** Business day. */
  @Column({ type: 'char', length: 10, charset: 'ascii', collation: 'ascii_bin' })
  day!: string;

  /** Millionths of a degree from the south pole, WGS-84: whole numbers, so that cells have exact borders. */
  @Column({ type: 'int', unsigned: true, name: 'north_micro' })
  northMicro!: number;

  /** Millionths of a degree from the date line. */
  @Column({ type: 'int', unsigned: true, name: 'east_micro' })
  eastMicro!: number;
}
