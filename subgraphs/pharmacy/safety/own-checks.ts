import { SafetyKind, SafetySeverity } from '../../../shared/safety/safety-finding.ts';
import { isFrom } from './conditions.ts';
import { pairsOf } from './pairs.ts';
import { atcPrefix } from './rule.ts';
import type { CheckedLine, SafetyCase } from './safety-case.ts';
import type { Substances } from './substances.ts';

/** What needs no table of drugs: the same ingredient twice, the allergen itself, and what has no code to look up. */
export interface OwnCheck {
  readonly id: string;
  readonly kind: SafetyKind;
  readonly severity: SafetySeverity;
  readonly zh: string;
  readonly en: string;
  readonly source: string;
  /** A rule of the table that says the same, in words of its own, stands for it. */
  readonly isGeneral: boolean;
  /** The lines that it concerns, each group of lines that goes together. */
  readonly find: (given: SafetyCase, substances: Substances) => readonly (readonly string[])[];
}

/** Below this age a dose goes by weight, which no rule of the table does: a recorded weight checks nothing. */
const ADULT_YEARS = 18;

const REVIEW = '处方管理办法第35条';

export const ownChecks: readonly OwnCheck[] = [
  {
    id: 'SAME_INGREDIENT',
    isGeneral: true,
    kind: SafetyKind.DUPLICATE,
    severity: SafetySeverity.MAJOR,
    zh: '处方中两种药品含同一成分',
    en: 'Two drugs of the prescription have the same ingredient',
    source: `${REVIEW} 重复给药`,
    find: (given, substances) =>
      pairsOf(given)
        .filter(
          ({ line, otherLine, lineAtcs, otherAtcs }) =>
            otherLine !== undefined &&
            (line.skuId === otherLine.skuId ||
              lineAtcs.some((one) => otherAtcs.some((other) => substances.isSame(one, other)))),
        )
        .map(({ lineIds }) => lineIds),
  },
  {
    id: 'TAKEN_ALREADY',
    isGeneral: false,
    kind: SafetyKind.DUPLICATE,
    severity: SafetySeverity.MODERATE,
    zh: '患者正在使用同一成分，请确认为续方而非叠加',
    en: 'The patient takes this ingredient already: make sure that this continues it and does not add to it',
    source: `${REVIEW} 重复给药`,
    find: (given, substances) =>
      pairsOf(given)
        .filter(
          ({ otherLine, lineAtcs, otherAtcs }) =>
            otherLine === undefined &&
            lineAtcs.some((one) => otherAtcs.some((other) => substances.isSame(one, other))),
        )
        .map(({ lineIds }) => lineIds),
  },
  {
    id: 'ALLERGEN_ITSELF',
    isGeneral: true,
    kind: SafetyKind.ALLERGY,
    severity: SafetySeverity.CONTRAINDICATED,
    zh: '患者对该成分有过敏记录',
    en: 'The patient is recorded as allergic to this ingredient',
    source: '药品说明书【禁忌】; 处方管理办法第35条',
    find: ({ lines, patient }, substances) =>
      linesOf(lines, ({ ingredients }) =>
        ingredients.some(({ atc }) =>
          patient.allergies.some(({ substance }) => substances.isAllergen(atc, substance)),
        ),
      ),
  },
  {
    id: 'DRUG_WITHOUT_CODE',
    isGeneral: false,
    kind: SafetyKind.INTERACTION,
    severity: SafetySeverity.CANNOT_CHECK,
    zh: '该药品成分无 ATC 编码，无法自动审查',
    en: 'The ingredients of this drug have no ATC code: nothing could be checked',
    source: `${REVIEW} 相互作用和配伍禁忌`,
    find: ({ lines }) =>
      linesOf(
        lines,
        ({ ingredients }) => ingredients.length === 0 || ingredients.some(({ atc }) => !isAtc(atc)),
      ),
  },
  {
    id: 'ALLERGY_WITHOUT_CODE',
    isGeneral: false,
    kind: SafetyKind.ALLERGY,
    severity: SafetySeverity.CANNOT_CHECK,
    zh: '患者有一项过敏记录无 ATC 编码，无法与处方比对',
    en: 'A recorded allergy has no ATC code and could not be compared with the prescription',
    source: '药品说明书【禁忌】; 处方管理办法第35条',
    find: ({ lines, patient }) =>
      patient.allergies.some(({ substance }) => !isAtc(substance)) ? linesOf(lines, () => true) : [],
  },
  {
    id: 'MEDICATION_WITHOUT_CODE',
    isGeneral: false,
    kind: SafetyKind.INTERACTION,
    severity: SafetySeverity.CANNOT_CHECK,
    zh: '患者有一种在用药品无 ATC 编码，无法与处方比对',
    en: 'A recorded medication has no ATC code and could not be compared with the prescription',
    source: `${REVIEW} 相互作用和配伍禁忌`,
    find: ({ lines, patient }) =>
      patient.medications.some(({ substance }) => !isAtc(substance)) ? linesOf(lines, () => true) : [],
  },
  {
    id: 'CHILD_DOSE',
    isGeneral: false,
    kind: SafetyKind.MAX_DAILY_DOSE,
    severity: SafetySeverity.CANNOT_CHECK,
    zh: '患者未满18岁或年龄未知，暂无按体重计算的剂量规则，无法核对剂量',
    en: 'The patient is under 18 or of unknown age, and no rule knows doses by weight: the dose could not be checked',
    source: `${REVIEW} 剂量、用法的正确性`,
    find: (given) => (isFrom(ADULT_YEARS, given) === true ? [] : linesOf(given.lines, () => true)),
  },
  {
    id: 'ARCHIVE_EMPTY',
    isGeneral: false,
    kind: SafetyKind.ALLERGY,
    severity: SafetySeverity.CANNOT_CHECK,
    zh: '健康档案从未填写，过敏史、既往病史与在用药品未知',
    en: 'Nothing was ever written into the health archive: allergies, diseases and medications are not known',
    source: '药品说明书【禁忌】; 处方管理办法第35条',
    find: ({ lines, patient }) => (patient.isArchiveEmpty ? linesOf(lines, () => true) : []),
  },
];

function linesOf(lines: readonly CheckedLine[], are: (line: CheckedLine) => boolean): string[][] {
  return lines.filter(are).map(({ lineId }) => [lineId]);
}

function isAtc(code: string): boolean {
  return atcPrefix.safeParse(code).success;
}
