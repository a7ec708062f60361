import { Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** That a pharmacy reviews the prescriptions of a hospital. 审方药房 */
@Entity('reviewing_pharmacy')
export class ReviewingPharmacy {
  /** Empty for every hospital that names no pharmacy of its own. */
  @PrimaryColumn({ ...idColumn, name: 'hospital_id' })
  hospitalId!: string;

  @PrimaryColumn({ ...idColumn, name: 'pharmacy_id' })
  pharmacyId!: string;
}
