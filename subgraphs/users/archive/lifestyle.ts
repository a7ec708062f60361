import { registerEnumType } from 'type-graphql';

export enum AboGroup {
  A = 'A',
  B = 'B',
  AB = 'AB',
  O = 'O',
}

registerEnumType(AboGroup, {
  name: 'AboGroup',
  description: 'Blood group in the ABO system. ABO血型',
  valuesConfig: {
    A: { description: 'A型' },
    B: { description: 'B型' },
    AB: { description: 'AB型' },
    O: { description: 'O型' },
  },
});

export enum RhD {
  POSITIVE = 'POSITIVE',
  NEGATIVE = 'NEGATIVE',
}

registerEnumType(RhD, {
  name: 'RhD',
  description: 'Blood group by the antigen D. RhD血型',
  valuesConfig: { POSITIVE: { description: 'Rh阳性' }, NEGATIVE: { description: 'Rh阴性' } },
});

export enum Smoking {
  NEVER = 'NEVER',
  FORMER = 'FORMER',
  CURRENT = 'CURRENT',
}

registerEnumType(Smoking, {
  name: 'Smoking',
  description: 'Whether a patient smokes. 吸烟情况',
  valuesConfig: {
    NEVER: { description: '从不吸烟' },
    FORMER: { description: '已戒烟' },
    CURRENT: { description: '吸烟' },
  },
});

export enum Alcohol {
  NEVER = 'NEVER',
  OCCASIONAL = 'OCCASIONAL',
  REGULAR = 'REGULAR',
  HEAVY = 'HEAVY',
}

registerEnumType(Alcohol, {
  name: 'Alcohol',
  description: 'How much alcohol a patient drinks. 饮酒情况',
  valuesConfig: {
    NEVER: { description: '从不饮酒' },
    OCCASIONAL: { description: '偶尔饮酒' },
    REGULAR: { description: '经常饮酒' },
    HEAVY: { description: '大量饮酒' },
  },
});

export enum Exercise {
  NONE = 'NONE',
  OCCASIONAL = 'OCCASIONAL',
  REGULAR = 'REGULAR',
}

registerEnumType(Exercise, {
  name: 'Exercise',
  description: 'How often a patient takes exercise. 运动情况',
  valuesConfig: {
    NONE: { description: '不运动' },
    OCCASIONAL: { description: '偶尔运动' },
    REGULAR: { description: '每周150分钟以上' },
  },
});
