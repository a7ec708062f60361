import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: "A doctor's work on some days. 医生效率" })
export class DoctorEfficiency {
  doctorId!: string;

  @Field(() => Int, { description: 'Consultations that began on these days. 接诊量' })
  consultations!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How long patients waited from checking in to being called, on average. 平均候诊时间（秒）',
  })
  averageWaitSeconds!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long a consultation took that has ended, on average. 平均接诊时长（秒）',
  })
  averageConsultationSeconds!: number | null;
}
