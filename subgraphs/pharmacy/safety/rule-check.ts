import { SafetyKind } from '../../../shared/safety/safety-finding.ts';
import { holdsFor, isAllergySeverity } from './conditions.ts';
import { exceedsLimit, linesWith } from './dose-check.ts';
import { both, type Verdict } from './missing.ts';
import { meets, type Pair, pairsOf } from './pairs.ts';
import { type Agent, isMeant, type Rule } from './rule.ts';
import type { Allergy, SafetyCase } from './safety-case.ts';
import type { Substances } from './substances.ts';

/** Where a rule looks, and what it found there: lines that concern it, with a verdict. */
export interface Hit {
  readonly lineIds: readonly string[];
  readonly verdict: Verdict;
}

type Check = (rule: Rule, given: SafetyCase, substances: Substances) => Hit[];

/** How each kind of rule is checked. Those about one drug and the patient differ only in their condition. */
export const checks: Readonly<Record<SafetyKind, Check>> = {
  [SafetyKind.INTERACTION]: checkPairs,
  [SafetyKind.DUPLICATE]: checkPairs,
  [SafetyKind.ALLERGY]: checkAllergies,
  [SafetyKind.PREGNANCY]: checkDrug,
  [SafetyKind.LACTATION]: checkDrug,
  [SafetyKind.AGE]: checkDrug,
  [SafetyKind.RENAL]: checkDrug,
  [SafetyKind.HEPATIC]: checkDrug,
  [SafetyKind.DISEASE]: (rule, given, substances) =>
    rule.b === undefined ? checkDrug(rule, given) : checkPairs(rule, given, substances),
  [SafetyKind.MAX_DAILY_DOSE]: checkDrug,
};

function checkDrug(rule: Rule, given: SafetyCase): Hit[] {
  const lines = linesWith(rule.a, given.lines);
  if (lines.length === 0) return [];
  return [{ lineIds: lines.map(({ lineId }) => lineId), verdict: conditionOf(rule, given) }];
}

function checkPairs(rule: Rule, given: SafetyCase, substances: Substances): Hit[] {
  const { a, b = a } = rule;
  return pairsOf(given)
    .filter((pair) => !isContinued(rule, pair, substances))
    .map((pair) => ({ pair, met: meets(pair, a, b) }))
    .filter(({ met }) => met !== false)
    .map(({ pair, met }) => ({ lineIds: pair.lineIds, verdict: both(met, conditionOf(rule, given)) }));
}

/** Prescribing again what the patient takes is no second drug of a class. Another check speaks of it. */
function isContinued({ kind, a }: Rule, { otherLine, lineAtcs, otherAtcs }: Pair, same: Substances): boolean {
  return (
    kind === SafetyKind.DUPLICATE &&
    a.level === 'class' &&
    otherLine === undefined &&
    lineAtcs.some((one) => otherAtcs.some((other) => same.isSame(one, other)))
  );
}

function checkAllergies({ a, b = a, condition }: Rule, { lines, patient }: SafetyCase): Hit[] {
  const isGrave = (allergy: Allergy) =>
    condition?.type !== 'allergy_severity' || isAllergySeverity(condition, allergy);
  if (!patient.allergies.some((allergy) => isAllergen(b, allergy) && isGrave(allergy))) return [];
  return linesWith(a, lines).map(({ lineId }) => ({ lineIds: [lineId], verdict: true }));
}

/** An allergy to a whole group (`J01`) is one to what belongs to it. */
function isAllergen(agent: Agent, { substance }: Allergy): boolean {
  return (
    substance !== '' && (isMeant(agent, substance) || agent.codes.some((code) => code.startsWith(substance)))
  );
}

function conditionOf({ a, condition }: Rule, given: SafetyCase): Verdict {
  if (condition === undefined || condition.type === 'allergy_severity') return true;
  if (condition.type !== 'max_daily_dose') return holdsFor(condition, given);
  // Where `a` is a medication that the patient takes, no line tells its dose.
  return linesWith(a, given.lines).length === 0 ? 'currentDose' : exceedsLimit(a, condition, given);
}
