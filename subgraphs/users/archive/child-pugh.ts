import { registerEnumType } from 'type-graphql';

export enum ChildPugh {
  A = 'A',
  B = 'B',
  C = 'C',
}

registerEnumType(ChildPugh, {
  name: 'ChildPugh',
  description: 'Function of the liver by Child and Pugh. 肝功能分级',
  valuesConfig: {
    A: { description: '5–6 points. A级' },
    B: { description: '7–9 points. B级' },
    C: { description: '10–15 points. C级' },
  },
});
