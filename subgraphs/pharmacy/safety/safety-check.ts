import { type SafetyKind, SafetySeverity } from '../../../shared/safety/safety-finding.ts';
import { type Missing, missing } from './missing.ts';
import { ownChecks } from './own-checks.ts';
import type { Rule } from './rule.ts';
import { checks, type Hit } from './rule-check.ts';
import type { SafetyCase } from './safety-case.ts';
import { Substances } from './substances.ts';

/** A finding in both languages; each rule has one at most. */
export interface Found {
  readonly ruleId: string;
  readonly kind: SafetyKind;
  readonly severity: SafetySeverity;
  readonly lineIds: readonly string[];
  readonly zh: string;
  readonly en: string;
  readonly source: string;
}

const GRAVEST_FIRST = [
  SafetySeverity.CONTRAINDICATED,
  SafetySeverity.MAJOR,
  SafetySeverity.MODERATE,
  SafetySeverity.CANNOT_CHECK,
];

/**
 * Checks a prescription against every rule, its drugs against each other and against what the patient takes, is
 * allergic to and suffers from. What a rule would have to know and does not is a finding CANNOT_CHECK, never a pass.
 * Source: 处方管理办法 article 35, with the source of each rule.
 * @returns gravest first.
 */
export function checkSafety(rules: readonly Rule[], given: SafetyCase): Found[] {
  const substances = new Substances(rules);
  const byRules = rules.flatMap((rule) => {
    const found = asFound(rule, checks[rule.kind](rule, given, substances), given);
    return found === undefined ? [] : [found];
  });
  const byUs = ownChecks.flatMap(({ find, ...check }) => {
    const groups = find(given, substances).filter(
      (lineIds) => !(check.isGeneral && isSaidBy(byRules, check, lineIds)),
    );
    if (groups.length === 0) return [];
    return [
      {
        ruleId: check.id,
        kind: check.kind,
        severity: check.severity,
        lineIds: inOrder(groups.flat(), given),
        zh: check.zh,
        en: check.en,
        source: check.source,
      },
    ];
  });
  return [...byRules, ...byUs].sort(
    (one, other) => GRAVEST_FIRST.indexOf(one.severity) - GRAVEST_FIRST.indexOf(other.severity),
  );
}

function asFound(rule: Rule, hits: readonly Hit[], given: SafetyCase): Found | undefined {
  const { id: ruleId, kind, source } = rule;
  const real = hits.filter(({ verdict }) => verdict === true);
  if (real.length > 0) {
    const lineIds = inOrder(
      real.flatMap((hit) => hit.lineIds),
      given,
    );
    return { ruleId, kind, severity: rule.severity, lineIds, zh: rule.effectZh, en: rule.effectEn, source };
  }
  const open = hits.filter((hit): hit is Hit & { verdict: Missing } => typeof hit.verdict === 'string');
  const [first] = open;
  if (first === undefined) return undefined;
  const words = missing[first.verdict];
  return {
    ruleId,
    kind,
    severity: SafetySeverity.CANNOT_CHECK,
    lineIds: inOrder(
      open.flatMap((hit) => hit.lineIds),
      given,
    ),
    zh: `无法审查：${words.zh}。${rule.effectZh}`,
    en: `Not checked, since ${words.en}. ${rule.effectEn}`,
    source,
  };
}

/** Whether a rule with its own words says the same of these lines, at least as gravely. */
function isSaidBy(
  found: readonly Found[],
  { kind, severity }: { kind: SafetyKind; severity: SafetySeverity },
  lineIds: readonly string[],
): boolean {
  return found.some(
    (each) =>
      each.kind === kind &&
      GRAVEST_FIRST.indexOf(each.severity) <= GRAVEST_FIRST.indexOf(severity) &&
      lineIds.every((lineId) => each.lineIds.includes(lineId)),
  );
}

function inOrder(lineIds: readonly string[], { lines }: SafetyCase): string[] {
  return lines.map(({ lineId }) => lineId).filter((lineId) => lineIds.includes(lineId));
}
