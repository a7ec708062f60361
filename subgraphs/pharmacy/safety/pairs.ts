import { both, type Verdict } from './missing.ts';
import { type Agent, isMeant } from './rule.ts';
import type { CheckedLine, SafetyCase } from './safety-case.ts';

/** A drug of the prescription beside another one of it, or beside one that the patient takes already. */
export interface Pair {
  readonly line: CheckedLine;
  readonly lineAtcs: readonly string[];
  readonly otherAtcs: readonly string[];
  /** Undefined for one that the patient takes. */
  readonly otherLine: CheckedLine | undefined;
  readonly lineIds: readonly string[];
}

/** Every two lines once, and every line with every current medication. */
export function pairsOf({ lines, patient }: SafetyCase): Pair[] {
  return lines.flatMap((line, index) => {
    const lineAtcs = atcsOf(line);
    return [
      ...lines.slice(index + 1).map((otherLine) => ({
        line,
        lineAtcs,
        otherAtcs: atcsOf(otherLine),
        otherLine,
        lineIds: [line.lineId, otherLine.lineId],
      })),
      ...patient.medications.map(({ substance }) => ({
        line,
        lineAtcs,
        otherAtcs: [substance],
        otherLine: undefined,
        lineIds: [line.lineId],
      })),
    ];
  });
}

/** Whether the two are `a` and `b`, whichever is which. */
export function meets({ lineAtcs, otherAtcs }: Pair, a: Agent, b: Agent): Verdict {
  const ways = [
    both(isOneOf(a, lineAtcs), isOneOf(b, otherAtcs)),
    both(isOneOf(b, lineAtcs), isOneOf(a, otherAtcs)),
  ];
  if (ways.includes(true)) return true;
  return ways.find((each) => each !== false) ?? false;
}

/** A medication may be recorded as a group (`N06A`) that is wider than the one meant: then nobody can tell. */
function isOneOf(agent: Agent, atcs: readonly string[]): Verdict {
  if (atcs.some((atc) => isMeant(agent, atc))) return true;
  return atcs.some((atc) => atc !== '' && agent.codes.some((code) => code.startsWith(atc)))
    ? 'medication'
    : false;
}

function atcsOf({ ingredients }: CheckedLine): string[] {
  return ingredients.map(({ atc }) => atc);
}
