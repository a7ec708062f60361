import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, holds, isNowhere, reachOf } from '../../../shared/context/actor.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import type { PrescriptionPlaces } from '../external/pharmacy.client.ts';
import { AuditedReader } from '../reading/audited-reader.ts';
import { visibleTo } from '../reading/visibility.ts';
import { Prescription, PrescriptionStatus } from './prescription.entity.ts';
import type { PrescriptionStore } from './prescription.store.ts';
import type { PrescriptionSheetStore, Sheet } from './prescription-sheet.store.ts';

/** Reads prescriptions, each with its audit entry; what is signed is read by pharmacists too. */
export class PrescriptionReadingService extends AuditedReader<Prescription> {
  constructor(
    audit: Audit,
    prescriptions: PrescriptionStore,
    sheets: PrescriptionSheetStore,
    consultations: ConsultationStore,
    places: PrescriptionPlaces,
  ) {
    super(audit, {
      action: 'prescription.read',
      subjectType: 'Prescription',
      visible: async (actor, ids) => {
        const rows = await prescriptions.some(ids);
        const own = new Set(await visibleTo(actor, rows, consultations));
        const others = rows.filter((row) => !own.has(row));
        const forPharmacist = new Set(await pharmacistsAmong(actor, others, places));
        return rows.filter((row) => own.has(row) || forPharmacist.has(row));
      },
      open: (documents) => open(documents, prescriptions, sheets),
    });
  }
}

/**
 * What is signed is read by pharmacists of a pharmacy that reviews for the hospital, or that has an order for it: which
 * ones these are, pharmacy tells. Nobody else is worth the question.
 * @throws AppError UNAVAILABLE when pharmacy does not answer
 */
async function pharmacistsAmong(
  actor: Actor,
  rows: readonly Prescription[],
  places: PrescriptionPlaces,
): Promise<Prescription[]> {
  const reach = reachOf(actor, 'prescription.review', 'prescription.dispense');
  const signed = rows.filter(({ status }) => status === PrescriptionStatus.SIGNED);
  if (signed.length === 0 || isNowhere(reach)) return [];
  const known = await places.prescriptionPlaces(signed.map(({ id }) => id));
  const holdsAt = (permission: string, ids: readonly string[]) =>
    ids.some((pharmacyId) => holds(actor, permission, { pharmacyId }));
  return signed.filter(({ id }) => {
    const place = known.find(({ prescriptionId }) => prescriptionId === id);
    return (
      place !== undefined &&
      (holdsAt('prescription.review', place.reviewedAt) || holdsAt('prescription.dispense', place.orderedAt))
    );
  });
}

async function open(
  documents: readonly Prescription[],
  prescriptions: PrescriptionStore,
  sheets: PrescriptionSheetStore,
): Promise<void> {
  const signed = documents.filter((each) => each.status === PrescriptionStatus.SIGNED);
  const found = await sheets.some(signed.map((each) => each.id));
  for (const document of documents) {
    const sheet = found.get(document.id);
    Object.assign(
      document,
      sheet ? contentOf(sheet) : { ...prescriptions.draftOf(document), overrides: [], signature: null },
    );
  }
}

function contentOf({ snapshot, validDays }: Sheet) {
  const { overrides, hash, signature, longSupplyReason = null } = snapshot;
  return {
    lines: snapshot.lines.map(({ lineId, name: _name, strength: _strength, ...line }) => ({
      id: lineId,
      ...line,
    })),
    validDays,
    longSupplyReason,
    overrides,
    signature: { ...signature, hash },
  };
}
