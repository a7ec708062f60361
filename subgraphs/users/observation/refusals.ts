import { registerEnumType } from 'type-graphql';

export enum ObservationRefusal {
  CLIENT_ID_INVALID = 'CLIENT_ID_INVALID',
  VALUE_MISSING = 'VALUE_MISSING',
  UNIT_NOT_ACCEPTED = 'UNIT_NOT_ACCEPTED',
  VALUE_IMPLAUSIBLE = 'VALUE_IMPLAUSIBLE',
  CONTEXT_NOT_APPLICABLE = 'CONTEXT_NOT_APPLICABLE',
  IN_THE_FUTURE = 'IN_THE_FUTURE',
  BEFORE_BIRTH = 'BEFORE_BIRTH',
  NOTE_INVALID = 'NOTE_INVALID',
  DIFFERS_FROM_EARLIER = 'DIFFERS_FROM_EARLIER',
}

registerEnumType(ObservationRefusal, {
  name: 'ObservationRefusal',
  description: 'Why an item of a batch is not kept. 拒绝原因',
  valuesConfig: {
    CLIENT_ID_INVALID: {
      description: 'The name that the device gives it is too long or empty. 设备端编号无效',
    },
    VALUE_MISSING: { description: 'The value is not the one that this kind has. 缺少对应数值' },
    UNIT_NOT_ACCEPTED: { description: 'This kind is not measured in this unit. 单位不支持' },
    VALUE_IMPLAUSIBLE: { description: 'No living person has such a value. 数值超出可信范围' },
    CONTEXT_NOT_APPLICABLE: { description: 'The situation says nothing of this kind. 测量情境不适用' },
    IN_THE_FUTURE: { description: 'It is not measured yet. 测量时间在未来' },
    BEFORE_BIRTH: { description: 'The patient was not born yet. 测量时间早于出生' },
    NOTE_INVALID: { description: 'The note is too long or cannot be shown. 备注无效' },
    DIFFERS_FROM_EARLIER: {
      description: 'The device sent something else under this name before. 与先前上传的数据不一致',
    },
  },
});

/** What the words of a refusal are filled in with: limits and units, never values. */
export type RefusalParams = Readonly<Record<string, string | number>>;

const WORDS: Readonly<Record<ObservationRefusal, { readonly en: string; readonly zh: string }>> = {
  CLIENT_ID_INVALID: { en: 'clientId must have 1 to 64 characters.', zh: '设备端编号应为1至64个字符。' },
  VALUE_MISSING: { en: 'This kind needs exactly one value: {field}.', zh: '该项目须且仅须提供：{field}。' },
  UNIT_NOT_ACCEPTED: { en: 'Accepted units: {units}.', zh: '支持的单位：{units}。' },
  VALUE_IMPLAUSIBLE: {
    en: '{what} must be {least} to {most} {unit}.',
    zh: '{what}应在 {least} 至 {most} {unit} 之间。',
  },
  CONTEXT_NOT_APPLICABLE: { en: 'Contexts of this kind: {contexts}.', zh: '该项目的测量情境：{contexts}。' },
  IN_THE_FUTURE: {
    en: 'It was taken in the future; check the clock.',
    zh: '测量时间在未来，请检查设备时钟。',
  },
  BEFORE_BIRTH: { en: 'It was taken before the patient was born.', zh: '测量时间早于就诊人出生日期。' },
  NOTE_INVALID: { en: 'A note has at most {most} characters.', zh: '备注不超过 {most} 个字符。' },
  DIFFERS_FROM_EARLIER: {
    en: 'Another measurement with the same name or time was sent before; void it first.',
    zh: '相同编号或时间的数据已存在且内容不同，请先作废原数据并使用新编号。',
  },
};

/** The reason in the language of the reader. */
export function reasonOf(refusal: ObservationRefusal, params: RefusalParams, locale: string): string {
  const words = WORDS[refusal][locale.toLowerCase().startsWith('en') ? 'en' : 'zh'];
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
