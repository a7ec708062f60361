import type { Db } from '../../../shared/db/db.ts';
import { type Rule, ruleDefinition } from './rule.ts';
import { SafetyRule } from './safety-rule.entity.ts';

/** How long a change of a rule may take to be effective in every process, ms. */
const FRESH_MS = 30_000;

export class SafetyRuleStore {
  readonly #db: Db;
  readonly #now: () => Date;
  #known: { readonly rules: readonly Rule[]; readonly readAt: number } | undefined;

  constructor(db: Db, now: () => Date) {
    this.#db = db;
    this.#now = now;
  }

  /**
   * Every rule, at most half a minute old.
   * @throws Error where there is none, or one cannot be understood: a prescription checked without rules would pass.
   */
  async all(): Promise<readonly Rule[]> {
    const at = this.#now().getTime();
    if (this.#known && Math.abs(at - this.#known.readAt) < FRESH_MS) return this.#known.rules;
    const rows = await this.#db.read((manager) => manager.find(SafetyRule, { order: { id: 'ASC' } }));
    if (rows.length === 0) throw new Error('there are no safety rules: the table is not filled in');
    this.#known = { rules: rows.map(ruleOf), readAt: at };
    return this.#known.rules;
  }
}

export function ruleOf(row: SafetyRule): Rule {
  const { id, kind, severity, effectZh, effectEn, source } = row;
  const definition = ruleDefinition.parse(JSON.parse(row.definition));
  return { id, kind, severity, effectZh, effectEn, source, ...definition };
}
