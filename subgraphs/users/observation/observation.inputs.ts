import { Field, Float, ID, InputType } from 'type-graphql';
import { QuantityInput } from '../../../shared/medical/quantity.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { VoidReason } from './observation.entity.ts';
import { ObservationContext, ObservationKind } from './observation-kinds.ts';

@InputType({ description: 'Two pressures of one measurement. 血压读数' })
export class BloodPressureReadingInput {
  @Field(() => Float, { description: '收缩压' })
  systolic!: number;

  @Field(() => Float, { description: '舒张压' })
  diastolic!: number;

  @Field(() => String, { defaultValue: 'mm[Hg]', description: 'UCUM code, `mm[Hg]` or `kPa`. 单位' })
  unit!: string;
}

@InputType({ description: 'One measurement. 单条监测数据' })
export class ObservationItemInput {
  @Field(() => String, {
    nullable: true,
    description:
      'What the device calls the measurement, 1 to 64 characters; the same for ever. Without it kind and time tell ' +
      'measurements of a device apart. 设备端编号',
  })
  clientId?: string | null;

  @Field(() => ObservationKind, { description: 'What was measured. 项目' })
  kind!: ObservationKind;

  @Field(() => QuantityInput, {
    nullable: true,
    description: 'The value; for blood pressure leave it out. 数值',
  })
  quantity?: QuantityInput | null;

  @Field(() => BloodPressureReadingInput, { nullable: true, description: 'For blood pressure only. 血压' })
  bloodPressure?: BloodPressureReadingInput | null;

  @Field(() => DateTime, {
    description: 'When; not before birth, not in the future but for five minutes of a wrong clock. 测量时间',
  })
  takenAt!: Date;

  @Field(() => ObservationContext, { nullable: true, description: 'In which situation. 测量情境' })
  context?: ObservationContext | null;

  @Field(() => String, { nullable: true, description: 'Up to 200 characters. 备注' })
  note?: string | null;
}

@InputType({ description: 'Measurements of a patient, from one device or by hand. 上传监测数据' })
export class UploadObservationsInput {
  @Field(() => ID, { description: 'Of whom, `pat_<ULID>`.' })
  patientId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The device, 1 to 64 of letters, digits and `._:-`; none for what is entered by hand. 设备',
  })
  deviceId?: string | null;

  @Field(() => [ObservationItemInput], { description: '1 to 500. 数据' })
  items!: ObservationItemInput[];

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}

@InputType({ description: 'An observation to take back. 作废监测数据' })
export class VoidObservationInput {
  @Field(() => ID, { description: 'Which, `obs_<ULID>`.' })
  observationId!: string;

  @Field(() => VoidReason, { description: 'Why. 原因' })
  reason!: VoidReason;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry.' })
  idempotencyKey!: string;
}
