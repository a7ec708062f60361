import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn } from '../../../shared/db/id-column.ts';

/** Where a doctor practises. 执业地点 */
@Entity('practice')
export class Practice {
  @PrimaryColumn({ ...idColumn, name: 'doctor_id' })
  doctorId!: string;

  @Column({ ...idColumn, name: 'hospital_id' })
  hospitalId!: string;

  @Column({
    type: 'varchar',
    length: 40,
    name: 'department_id',
    charset: 'ascii',
    collation: 'ascii_bin',
    nullable: true,
  })
  departmentId!: string | null;
}
