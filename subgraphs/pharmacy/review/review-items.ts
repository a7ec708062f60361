// type-graphql needs it before its first decorator; elsewhere TypeORM brings it.
import 'reflect-metadata';
import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';

/** 四查十对, 处方管理办法 article 37: four things to look into, ten to compare. */
export enum ReviewItem {
  DEPARTMENT = 'DEPARTMENT',
  NAME = 'NAME',
  AGE = 'AGE',
  DRUG_NAME = 'DRUG_NAME',
  DOSAGE_FORM = 'DOSAGE_FORM',
  STRENGTH = 'STRENGTH',
  QUANTITY = 'QUANTITY',
  DRUG_PROPERTIES = 'DRUG_PROPERTIES',
  USAGE = 'USAGE',
  DIAGNOSIS = 'DIAGNOSIS',
}

registerEnumType(ReviewItem, {
  name: 'ReviewItem',
  description: 'What a pharmacist compares, item by item (处方管理办法第37条). 四查十对',
  valuesConfig: {
    DEPARTMENT: { description: '查处方，对科别' },
    NAME: { description: '查处方，对姓名' },
    AGE: { description: '查处方，对年龄' },
    DRUG_NAME: { description: '查药品，对药名' },
    DOSAGE_FORM: { description: '查药品，对剂型' },
    STRENGTH: { description: '查药品，对规格' },
    QUANTITY: { description: '查药品，对数量' },
    DRUG_PROPERTIES: { description: '查配伍禁忌，对药品性状' },
    USAGE: { description: '查配伍禁忌，对用法用量' },
    DIAGNOSIS: { description: '查用药合理性，对临床诊断' },
  },
});

@InputType({ description: 'One item that was compared. 核对项' })
export class ReviewCheckInput {
  @Field(() => ReviewItem, { description: 'Which. 项目' })
  item!: ReviewItem;

  @Field(() => Boolean, { description: 'Whether it is in order. 是否相符' })
  passed!: boolean;
}

@ObjectType({ description: 'One item as it was compared. 核对结果' })
export class ReviewCheck {
  @Field(() => ReviewItem, { description: 'Which. 项目' })
  item!: ReviewItem;

  @Field(() => Boolean, { description: 'Whether it was in order. 是否相符' })
  passed!: boolean;
}

/** @throws AppError REVIEW_CHECKLIST_INCOMPLETE unless each of the ten items is there exactly once */
export function assertComplete(checks: readonly ReviewCheck[]): void {
  const wrong = Object.values(ReviewItem).filter(
    (item) => checks.filter((check) => check.item === item).length !== 1,
  );
  if (wrong.length > 0) throw new AppError('REVIEW_CHECKLIST_INCOMPLETE', { items: wrong.join(', ') });
}

/** @throws AppError REVIEW_ITEM_FAILED where an item is not in order */
export function assertAllPassed(checks: readonly ReviewCheck[]): void {
  const failed = checks.filter(({ passed }) => !passed).map(({ item }) => item);
  if (failed.length > 0) throw new AppError('REVIEW_ITEM_FAILED', { items: failed.join(', ') });
}
