import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CodedConcept } from '../../../shared/medical/coded-concept.ts';
import { Quantity } from '../../../shared/medical/quantity.ts';
import { DateTime } from '../../../shared/scalars/scalars.ts';
import { ObservationKind, ObservationPart } from './observation-kinds.ts';
import { ObservationFlag } from './reference-ranges.ts';
import { ObservationRefusal } from './refusals.ts';

export enum OutcomeStatus {
  ACCEPTED = 'ACCEPTED',
  DUPLICATE = 'DUPLICATE',
  REFUSED = 'REFUSED',
}

registerEnumType(OutcomeStatus, {
  name: 'ObservationOutcomeStatus',
  description: 'What became of one item of a batch. 处理结果',
  valuesConfig: {
    ACCEPTED: { description: 'It is kept. 已接收' },
    DUPLICATE: { description: 'It was here already. 重复' },
    REFUSED: { description: 'It is not kept; the reason is told. 已拒绝' },
  },
});

@ObjectType({ description: 'What became of one item of a batch. 单条处理结果' })
export class ObservationOutcome {
  @Field(() => Int, { description: 'Which item, from 0. 序号' })
  index!: number;

  @Field(() => String, { nullable: true, description: 'What the device calls it. 设备端编号' })
  clientId!: string | null;

  @Field(() => OutcomeStatus, { description: 'What became of it. 结果' })
  status!: OutcomeStatus;

  @Field(() => ObservationRefusal, { nullable: true, description: 'Why it was refused. 拒绝原因代码' })
  refusal!: ObservationRefusal | null;

  @Field(() => String, { nullable: true, description: 'The same in words. 拒绝原因' })
  reason!: string | null;

  observationId!: string | null;
}

@ObjectType({ description: 'What became of a batch; a retry is told the same. 上传结果' })
export class UploadObservationsResult {
  @Field(() => ID, { description: 'Identifier, `obu_<ULID>`.' })
  uploadId!: string;

  @Field(() => Int, { description: 'How many are kept. 接收数' })
  accepted!: number;

  @Field(() => Int, { description: 'How many were here already. 重复数' })
  duplicates!: number;

  @Field(() => Int, { description: 'How many were refused. 拒绝数' })
  refused!: number;

  @Field(() => [ObservationOutcome], { description: 'For each item, in its order. 逐条结果' })
  outcomes!: ObservationOutcome[];

  patientId!: string;
}

@ObjectType({ description: 'What is normal, in the unit of the value. 参考范围' })
export class ReferenceRange {
  @Field(() => Float, { nullable: true, description: 'Critical below it. 危急低值' })
  criticalLow!: number | null;

  @Field(() => Float, { nullable: true, description: 'Normal from it on. 下限' })
  low!: number | null;

  @Field(() => Float, { nullable: true, description: 'High from it on. 上限' })
  high!: number | null;

  @Field(() => Float, { nullable: true, description: 'Critical from it on. 危急高值' })
  criticalHigh!: number | null;

  @Field(() => String, { description: 'Which guideline says so. 依据' })
  source!: string;
}

@ObjectType({ description: 'One number of an observation. 监测分量' })
export class ObservationComponent {
  @Field(() => ObservationPart, { description: 'Which one. 类别' })
  part!: ObservationPart;

  @Field(() => CodedConcept, { description: 'Its LOINC code. 编码' })
  code!: CodedConcept;

  @Field(() => Quantity, { description: 'The number with its unit. 数值' })
  quantity!: Quantity;

  @Field(() => ObservationFlag, {
    nullable: true,
    description: 'Null where nothing tells what is normal. 异常标志',
  })
  flag!: ObservationFlag | null;

  @Field(() => ReferenceRange, {
    nullable: true,
    description: 'For the age, the sex and the situation. 参考范围',
  })
  reference!: ReferenceRange | null;
}

@ObjectType({ description: 'What was measured in one stretch of time. 时间段汇总' })
export class SeriesPoint {
  @Field(() => DateTime, { description: 'When the stretch begins. 起点' })
  at!: Date;

  @Field(() => Int, { description: 'How many values. 数量' })
  count!: number;

  @Field(() => Float, { description: '最小值' })
  min!: number;

  @Field(() => Float, { description: '最大值' })
  max!: number;

  @Field(() => Float, { description: 'To four decimals. 平均值' })
  mean!: number;

  @Field(() => Float, { description: '最后值' })
  last!: number;
}

@ObjectType({ description: 'One line of a chart. 曲线' })
export class SeriesLine {
  @Field(() => ObservationPart, { description: 'Which number. 类别' })
  part!: ObservationPart;

  @Field(() => CodedConcept, { description: 'Its LOINC code. 编码' })
  code!: CodedConcept;

  @Field(() => [SeriesPoint], {
    description: 'In the order of time; stretches without a value are left out. 数据点',
  })
  points!: SeriesPoint[];
}

@ObjectType({ description: 'What a chart needs of a stretch of time. 监测曲线' })
export class ObservationSeries {
  @Field(() => ObservationKind, { description: 'What was measured. 项目' })
  kind!: ObservationKind;

  @Field(() => String, { description: 'UCUM code. 单位' })
  unit!: string;

  @Field(() => Int, {
    description: 'How many seconds each point covers, from the beginning on. 每点时长（秒）',
  })
  bucketSeconds!: number;

  @Field(() => Int, { description: 'How many measurements it is made of. 数据条数' })
  count!: number;

  @Field(() => [SeriesLine], { description: 'One; two for blood pressure. 曲线' })
  lines!: SeriesLine[];

  patientId!: string;
}
