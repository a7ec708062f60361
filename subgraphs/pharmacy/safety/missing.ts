/** What a check would have to know and does not, in words for both languages. */
export const missing = {
  age: { zh: '未登记出生日期', en: 'the date of birth is not recorded' },
  pregnancy: { zh: '未登记妊娠状态', en: 'it is not recorded whether the patient is pregnant' },
  gestation: { zh: '未登记孕周', en: 'the week of pregnancy is not recorded' },
  lactation: { zh: '未登记哺乳状态', en: 'it is not recorded whether the patient is breast-feeding' },
  egfr: { zh: '无肾功能(eGFR)资料', en: 'the kidney function (eGFR) is not recorded' },
  clearance: {
    zh: '仅有 eGFR 且接近界值，需肌酐清除率',
    en: 'the eGFR is near the limit and the creatinine clearance is not recorded',
  },
  childPugh: { zh: '无肝功能(Child-Pugh)分级', en: 'the liver function (Child-Pugh) is not recorded' },
  diagnosis: { zh: '诊断编码不够具体', en: 'the recorded diagnosis is not specific enough' },
  smoking: { zh: '未登记吸烟情况', en: 'it is not recorded whether the patient smokes' },
  alcohol: { zh: '未登记饮酒情况', en: 'it is not recorded whether the patient drinks alcohol' },
  medication: { zh: '在用药品登记不够具体', en: 'a recorded medication is not specific enough' },
  dose: { zh: '剂量单位无法换算', en: 'the dose cannot be converted to milligrams' },
  currentDose: { zh: '在用同成分药品剂量未知', en: 'the dose of a current medication is not recorded' },
  childDose: {
    zh: '未满18岁，成人限量不适用',
    en: 'the patient is under 18 and the limit is one for adults',
  },
} as const;

export type Missing = keyof typeof missing;

/** Whether something holds, or what is missing to tell. */
export type Verdict = boolean | Missing;

/** Both must hold; one that fails decides, whatever is missing for the other. */
export function both(one: Verdict, other: Verdict): Verdict {
  if (one === false || other === false) return false;
  return one === true ? other : one;
}
