import { Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** Stands for every hospital that never named a pharmacy of its own. */
export const OF_ALL = '';

/**
 * Stands for no pharmacy: that the hospital names its own, were it nobody any more, so that those that review for every
 * hospital without a name of its own never come back to it.
 */
export const NOBODY = '';

/** That a pharmacy reviews the prescriptions of a hospital. 审方药房 */
@Entity('reviewing_pharmacy')
export class ReviewingPharmacy {
  /** A hospital, or {@link OF_ALL}. */
  @PrimaryColumn({ ...idColumn, name: 'hospital_id' })
  hospitalId!: string;

  /** {@link NOBODY} beside those that the hospital names, or alone. */
  @PrimaryColumn({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;
}
