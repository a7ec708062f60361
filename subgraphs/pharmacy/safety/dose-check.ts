import { isFrom } from './conditions.ts';
import { dailyMilligrams, exact } from './daily-dose.ts';
import type { Verdict } from './missing.ts';
import { type Agent, type DoseCondition, isMeant } from './rule.ts';
import type { CheckedLine, SafetyCase } from './safety-case.ts';

const ADULT_YEARS = 18;
const ELDERLY_YEARS = 65;

/** Whether the lines together give more of an agent a day, or for longer, than the limit. */
export function exceedsLimit(agent: Agent, limit: DoseCondition, given: SafetyCase): Verdict {
  const lines = linesWith(agent, given.lines);
  const doses = lines.flatMap((line) =>
    line.ingredients.filter(({ atc }) => isMeant(agent, atc)).map((each) => dailyMilligrams(line, each)),
  );
  const known = exact(doses.reduce<number>((sum, each) => sum + (each ?? 0), 0));
  const { max_days: maxDays } = limit;
  if (maxDays !== undefined && lines.some(({ days }) => days > maxDays)) return true;
  const isElderly = limit.elderly_mg === undefined ? false : isFrom(ELDERLY_YEARS, given);
  const adultMg = lines.some((line) => !line.isPrescription) ? (limit.otc_mg ?? limit.mg) : limit.mg;
  const mg = isElderly === true ? Math.min(adultMg, limit.elderly_mg ?? adultMg) : adultMg;
  // What is known may be too much already, whatever the rest is.
  if (known > mg) return true;
  if (isElderly === 'age' && known > (limit.elderly_mg ?? mg)) return 'age';
  if (doses.includes(undefined)) return 'dose';
  if (isTaken(agent, given)) return 'currentDose';
  const isAdult = isFrom(ADULT_YEARS, given);
  if (isAdult === 'age') return 'age';
  return isAdult ? false : 'childDose';
}

export function linesWith(agent: Agent, lines: readonly CheckedLine[]): CheckedLine[] {
  return lines.filter(({ ingredients }) => ingredients.some(({ atc }) => isMeant(agent, atc)));
}

function isTaken(agent: Agent, { patient }: SafetyCase): boolean {
  return patient.medications.some(({ substance }) => isMeant(agent, substance));
}
