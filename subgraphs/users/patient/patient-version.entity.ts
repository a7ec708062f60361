import { Column, Entity, PrimaryColumn } from 'typeorm';

const id = { type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' } as const;

/** What a patient was before a change: who a record was written for can still be told. */
@Entity('patient_version')
export class PatientVersion {
  @PrimaryColumn(id)
  id!: string;

  @Column({ ...id, name: 'patient_id' })
  patientId!: string;

  /** The version that ended with the change. */
  @Column({ type: 'int' })
  version!: number;

  /** JSON of name, relation, identity number, day of birth, sex and phone; encrypted. */
  @Column({ ...id, length: 2048 })
  data!: string;

  @Column({ ...id, name: 'changed_by' })
  changedBy!: string;

  @Column({ type: 'datetime', precision: 3, name: 'changed_at' })
  changedAt!: Date;
}
