import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, holdsSomewhere } from '../../../shared/context/actor.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
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
  ) {
    super(audit, {
      action: 'prescription.read',
      subjectType: 'Prescription',
      visible: async (actor, ids) => {
        const rows = await prescriptions.some(ids);
        const own = new Set(await visibleTo(actor, rows, consultations));
        return rows.filter((row) => own.has(row) || isForPharmacist(actor, row));
      },
      open: (documents) => open(documents, prescriptions, sheets),
    });
  }
}

function isForPharmacist(actor: Actor, { status }: Prescription): boolean {
  if (status !== PrescriptionStatus.SIGNED) return false;
  return holdsSomewhere(actor, 'prescription.review') || holdsSomewhere(actor, 'prescription.dispense');
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
