import type { EntityManager } from 'typeorm';
import { NOBODY, OF_ALL, ReviewingPharmacy } from './reviewing-pharmacy.entity.ts';

/** Which pharmacies review for which hospitals: a handful of rows for each hospital, read whole. */
export class ReviewingPharmacies {
  readonly #byHospital: ReadonlyMap<string, readonly string[]>;

  private constructor(byHospital: ReadonlyMap<string, readonly string[]>) {
    this.#byHospital = byHospital;
  }

  static async read(manager: EntityManager): Promise<ReviewingPharmacies> {
    const byHospital = new Map<string, string[]>();
    for (const { hospitalId, pharmacyId } of await manager.find(ReviewingPharmacy)) {
      const named = byHospital.get(hospitalId) ?? [];
      byHospital.set(hospitalId, pharmacyId === NOBODY ? named : [...named, pharmacyId]);
    }
    return new ReviewingPharmacies(byHospital);
  }

  /**
   * Those that a hospital names, which may be nobody; where it never named any, those that review for every such
   * hospital.
   */
  of(hospitalId: string): readonly string[] {
    return this.#byHospital.get(hospitalId) ?? this.#byHospital.get(OF_ALL) ?? [];
  }

  /**
   * The hospitals for which at least one of the pharmacies reviews: these, and with `andOthers` every hospital but
   * `except`, which name others.
   */
  hospitalsOf(pharmacyIds: readonly string[]) {
    const isNamed = (ids: readonly string[]) => ids.some((id) => pharmacyIds.includes(id));
    const named = [...this.#byHospital].filter(([hospitalId]) => hospitalId !== OF_ALL);
    return {
      hospitalIds: named.filter(([, ids]) => isNamed(ids)).map(([id]) => id),
      andOthers: isNamed(this.#byHospital.get(OF_ALL) ?? []),
      except: named.map(([id]) => id),
    };
  }
}
