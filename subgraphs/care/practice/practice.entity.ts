import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where a doctor practises. 执业地点 */
@Entity('practice')
export class Practice {
  @PrimaryColumn({ type: 'varchar', length: 40, name: 'doctor_id', charset: 'ascii', collation: 'ascii_bin' })
  doctorId!: string;

  @Column({ type: 'varchar', length: 40, name: 'hospital_id', charset: 'ascii', collation: 'ascii_bin' })
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
