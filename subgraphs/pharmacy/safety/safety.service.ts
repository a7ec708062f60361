import { businessDay } from '../../../shared/clock/business-day.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { SkuStore } from '../catalogue/sku.store.ts';
import type { PatientProfile, UsersClient } from '../external/users.client.ts';
import { checkSafety, type Found } from './safety-check.ts';
import type { CheckedLine, PatientFacts } from './safety-case.ts';
import type { SafetyRuleStore } from './safety-rule.store.ts';

/** The version of an archive that nobody wrote into since the patient was added. */
const UNTOUCHED = 1;

export type PrescribedLine = Pick<
  CheckedLine,
  'lineId' | 'skuId' | 'doseValue' | 'doseUnit' | 'timesPerDay' | 'days'
>;

export interface Prescribed {
  readonly patientId: string;
  readonly lines: readonly PrescribedLine[];
  /** ICD-10, of the consultation. */
  readonly diagnosisCodes: readonly string[];
}

/** Where the archives come from; users owns them. */
export type ProfileSource = Pick<UsersClient, 'patientProfiles'>;

/** Checks prescriptions by what the archive and the catalogue say today. */
export class SafetyService {
  readonly #rules: SafetyRuleStore;
  readonly #skus: SkuStore;
  readonly #profiles: ProfileSource;
  readonly #now: () => Date;

  constructor(rules: SafetyRuleStore, skus: SkuStore, profiles: ProfileSource, now: () => Date) {
    this.#rules = rules;
    this.#skus = skus;
    this.#profiles = profiles;
    this.#now = now;
  }

  /** @throws AppError NOT_FOUND for an unknown patient; UNAVAILABLE when users does not answer: nothing passes then */
  async check(prescribed: Prescribed, actor: Actor): Promise<Found[]> {
    const [found] = await this.checkAll([prescribed], actor);
    if (!found) throw new AppError('NOT_FOUND', { what: 'Patient' });
    return found;
  }

  /** The findings in each of several prescriptions; null where the patient is not there. @throws AppError UNAVAILABLE */
  async checkAll(all: readonly Prescribed[], actor: Actor): Promise<(Found[] | null)[]> {
    const profiles = await this.#profiles.patientProfiles(
      [...new Set(all.map(({ patientId }) => patientId))],
      actor,
    );
    const complete = await this.#products(all.flatMap(({ lines }) => lines));
    const rules = await this.#rules.all();
    const today = businessDay(this.#now());
    return all.map(({ patientId, lines, diagnosisCodes }) => {
      const profile = profiles.get(patientId);
      if (profile === undefined) return null;
      const patient = factsOf(profile, diagnosisCodes);
      return checkSafety(rules, { lines: lines.map(complete), patient, today });
    });
  }

  /** What turns a line into one with its product. One that the catalogue does not know has no ingredients to check. */
  async #products(lines: readonly PrescribedLine[]): Promise<(line: PrescribedLine) => CheckedLine> {
    const ids = [...new Set(lines.map(({ skuId }) => skuId))];
    const skus = await this.#skus.byId.read(ids);
    const ingredients = await this.#skus.ingredientsOf.read(ids);
    return (line) => {
      const at = ids.indexOf(line.skuId);
      const sku = skus[at];
      const parts = ingredients[at] ?? [];
      return {
        ...line,
        ingredients: parts.map(({ atc, milligrams }) => ({ atc: atc ?? '', milligrams })),
        strength: sku?.strength ?? '',
        unit: sku?.unit ?? '',
        isPrescription: sku?.isPrescription ?? true,
      };
    };
  }
}

function factsOf(profile: PatientProfile, diagnosisCodes: readonly string[]): PatientFacts {
  const { conditions, archiveVersion, ...facts } = profile;
  return {
    ...facts,
    diagnosisCodes: [...conditions.map(({ code }) => code), ...diagnosisCodes],
    isArchiveEmpty: archiveVersion <= UNTOUCHED,
  };
}
