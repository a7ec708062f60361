import type { Actor } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type SafetyFinding, SafetySeverity } from '../../../shared/safety/safety-finding.ts';
import type { Drugs, SkuInfo } from '../external/pharmacy.client.ts';
import type { MedicalRecord } from '../record/medical-record.entity.ts';
import { MedicalRecordStatus } from '../record/medical-record.entity.ts';
import type { Diagnosis } from '../record/diagnosis.ts';
import { checkedText } from '../record/record-content.ts';
import type { RecordStore } from '../record/record.store.ts';
import type { RecordVersionStore } from '../record/record-version.store.ts';
import { assertSupply, type PrescriptionContent, USUAL_DAYS } from './prescription-content.ts';
import type { PrescriptionLine, PrescriptionOverride } from './prescription-line.types.ts';

/** More than there are rules: somebody of whom nothing is known can meet many of them. */
const MAX_OVERRIDES = 500;
/** Antibacterials for systemic use are never on a long prescription (长期处方管理规范). */
const NEVER_LONG = 'J01';

/** The record that a prescription rests on, as it was when it was checked. */
export interface Basis {
  readonly record: MedicalRecord;
  readonly diagnoses: readonly Diagnosis[];
}

/** Asks pharmacy about a prescription. Never within a transaction. */
export class PrescriptionCheckService {
  readonly #drugs: Drugs;
  readonly #records: RecordStore;
  readonly #versions: RecordVersionStore;

  constructor(drugs: Drugs, records: RecordStore, versions: RecordVersionStore) {
    this.#drugs = drugs;
    this.#records = records;
    this.#versions = versions;
  }

  /** The record of the consultation with its diagnoses, draft or signed; null before there is one. */
  async basisOf(consultationId: string): Promise<Basis | null> {
    const record = await this.#records.findOfConsultation(consultationId);
    if (!record) return null;
    if (record.status === MedicalRecordStatus.DRAFT) {
      return { record, diagnoses: this.#records.draftOf(record).diagnoses };
    }
    const latest = (await this.#versions.latest([record.id], 'primary')).get(record.id);
    return { record, diagnoses: latest?.diagnoses ?? [] };
  }

  /** What is to be said against it for this patient, now. @throws AppError UNAVAILABLE */
  async findings(
    actor: Actor,
    patientId: string,
    lines: readonly PrescriptionLine[],
    diagnoses: readonly Diagnosis[],
  ): Promise<SafetyFinding[]> {
    const question = {
      patientId,
      lines: lines.map(({ id, skuId, doseValue, doseUnit, timesPerDay, days }) => ({
        lineId: id,
        skuId,
        doseValue,
        doseUnit,
        timesPerDay,
        days,
      })),
      diagnosisCodes: diagnoses.map((each) => each.code),
    };
    return this.#drugs.safetyFindings(question, actor);
  }

  /**
   * The drugs of a prescription, each of which may be prescribed online for as long as it says.
   * @throws AppError NOT_FOUND, DRUG_NOT_ONLINE, SUPPLY_TOO_LONG, UNAVAILABLE
   */
  async drugsOf({ lines }: PrescriptionContent): Promise<Map<string, SkuInfo>> {
    const infos = await this.#drugs.skuInfos(lines.map((line) => line.skuId));
    const known = new Map(infos.map((info) => [info.id, info]));
    for (const line of lines) {
      const info = known.get(line.skuId);
      if (!info) throw new AppError('NOT_FOUND', { what: 'Sku' });
      if (info.isOnlineForbidden) throw new AppError('DRUG_NOT_ONLINE', { drug: info.name });
      if (info.ingredients.some(({ atc }) => atc.startsWith(NEVER_LONG))) assertSupply([line], USUAL_DAYS);
    }
    return known;
  }
}

/**
 * Lets a prescription pass only when nothing is contraindicated, and the doctor has written a reason for each major
 * warning and for each rule that could not be checked: what is not known is never taken for passed.
 * @returns the reasons for what was found; others are not kept
 * @throws AppError PRESCRIPTION_CONTRAINDICATED, PRESCRIPTION_NEEDS_REASON, VALIDATION_FAILED
 */
export function overridesFor(
  findings: readonly SafetyFinding[],
  given: readonly PrescriptionOverride[],
): PrescriptionOverride[] {
  if (given.length > MAX_OVERRIDES) {
    throw new AppError('VALIDATION_FAILED', { field: 'overrides', reason: `0 – ${MAX_OVERRIDES}` });
  }
  const reasons = new Map(
    given.map(({ ruleId, reason }) => [ruleId, checkedText('overrides.reason', reason, 300, 1)]),
  );
  const rulesOf = (...severities: SafetySeverity[]) => [
    ...new Set(findings.filter((each) => severities.includes(each.severity)).map((each) => each.ruleId)),
  ];
  const blocking = rulesOf(SafetySeverity.CONTRAINDICATED);
  if (blocking.length > 0) {
    throw new AppError('PRESCRIPTION_CONTRAINDICATED', { rules: blocking.join(', ') });
  }
  const { MAJOR, CANNOT_CHECK } = SafetySeverity;
  const unexplained = rulesOf(MAJOR, CANNOT_CHECK).filter((ruleId) => !reasons.has(ruleId));
  if (unexplained.length > 0) {
    throw new AppError('PRESCRIPTION_NEEDS_REASON', { rules: unexplained.join(', ') });
  }
  const found = new Set(findings.map((each) => each.ruleId));
  return [...reasons].filter(([ruleId]) => found.has(ruleId)).map(([ruleId, reason]) => ({ ruleId, reason }));
}
