import { registerEnumType } from 'type-graphql';

export enum ArchiveSource {
  PATIENT = 'PATIENT',
  DOCTOR = 'DOCTOR',
  DEVICE = 'DEVICE',
  IMPORT = 'IMPORT',
}

registerEnumType(ArchiveSource, {
  name: 'ArchiveSource',
  description: 'Where something in an archive comes from. 来源',
  valuesConfig: {
    PATIENT: { description: 'Told by the patient or the family. 患者自述' },
    DOCTOR: { description: 'Written by a doctor. 医生记录' },
    DEVICE: { description: 'Measured by a device. 设备采集' },
    IMPORT: { description: 'Taken over from a document or another system. 外部导入' },
  },
});

export enum AllergySeverity {
  MILD = 'MILD',
  MODERATE = 'MODERATE',
  SEVERE = 'SEVERE',
}

registerEnumType(AllergySeverity, {
  name: 'AllergySeverity',
  description: 'How grave an allergic reaction was. 过敏严重程度',
  valuesConfig: {
    MILD: { description: '轻度' },
    MODERATE: { description: '中度' },
    SEVERE: { description: '重度' },
  },
});

export enum AllergyStatus {
  SUSPECTED = 'SUSPECTED',
  CONFIRMED = 'CONFIRMED',
}

registerEnumType(AllergyStatus, {
  name: 'AllergyStatus',
  description: 'How sure an allergy is; checks take both as one. 过敏确认状态',
  valuesConfig: { SUSPECTED: { description: '疑似' }, CONFIRMED: { description: '确认' } },
});

export enum FamilyRelation {
  FATHER = 'FATHER',
  MOTHER = 'MOTHER',
  BROTHER = 'BROTHER',
  SISTER = 'SISTER',
  SON = 'SON',
  DAUGHTER = 'DAUGHTER',
  GRANDPARENT = 'GRANDPARENT',
  OTHER = 'OTHER',
}

registerEnumType(FamilyRelation, {
  name: 'FamilyRelation',
  description: 'Who of the family it is, to the patient. 亲属关系',
  valuesConfig: {
    FATHER: { description: '父亲' },
    MOTHER: { description: '母亲' },
    BROTHER: { description: '兄弟' },
    SISTER: { description: '姐妹' },
    SON: { description: '儿子' },
    DAUGHTER: { description: '女儿' },
    GRANDPARENT: { description: '祖父母、外祖父母' },
    OTHER: { description: '其他血亲' },
  },
});
