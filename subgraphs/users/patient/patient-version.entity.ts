import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** What a patient was before a change: who a record was written for can still be told. */
@Entity('patient_version')
export class PatientVersion {
  @PrimaryColumn(idColumn)
  id!: string;

  @Column({ ...idColumn, name: 'patient_id' })
  patientId!: string;

  /** The version that ended with the change. */
  @Column({ type: 'int' })
  version!: number;

  /** JSON of name, relation, identity number, day of birth, sex and phone; encrypted. */
  @Column({ ...idColumn, length: 2048 })
  data!: string;

  @Column({ ...idColumn, name: 'changed_by' })
  changedBy!: string;

  @Column({ type: 'datetime', precision: 3, name: 'changed_at' })
  changedAt!: Date;
}
