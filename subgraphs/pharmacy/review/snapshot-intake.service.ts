import { IsNull } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { EventOf } from '../../../shared/events/event.ts';
import type { PrescriptionSnapshot } from '../../../shared/events/prescription-snapshot.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { EventHandlers } from '../../../shared/outbox/event-handlers.ts';
import { PrescriptionReview, ReviewStatus } from './prescription-review.entity.ts';
import { PrescriptionLine, type Refusal, SnapshotRow } from './prescription-snapshot.entity.ts';
import { hashOf, type SnapshotVault } from './snapshot-vault.ts';

const CARE: Actor = { kind: 'service', name: 'care' };

/** Takes in what doctors have signed. */
export class SnapshotIntake {
  readonly #vault: SnapshotVault;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(vault: SnapshotVault, audit: Audit, now: () => Date) {
    this.#vault = vault;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Keeps a sheet and opens its review. One that is not what its hash says is kept as refused: it can't be reviewed, so
   * nothing is handed out on it, and the facts behind it go on. The same fact again changes nothing.
   */
  async take(tx: Tx, { id: eventId, payload: sheet }: EventOf<'prescription.signed'>): Promise<void> {
    const { manager } = tx;
    if (await manager.existsBy(SnapshotRow, { eventId })) return;
    const known = await goodSheetOf(tx, sheet);
    // The sheet that is under review, told once more.
    if (known?.hash === sheet.hash && hashOf(sheet) === sheet.hash) return;
    const refusal = refusalOf(sheet) ?? (known && 'ANOTHER_IS_THERE');
    const row = Object.assign(new SnapshotRow(), {
      id: newId('snp'),
      prescriptionId: isId('rxn', sheet.prescriptionId) ? sheet.prescriptionId : '',
      eventId,
      refusal,
      hash: sheet.hash,
      receivedAt: this.#now(),
    });
    row.payload = this.#vault.seal(row.id, sheet);
    await manager.insert(SnapshotRow, row);
    if (refusal === null) await this.#open(tx, row, sheet);
    else logger().error({ snapshotId: row.id, eventId, refusal }, 'a signed prescription was refused');
    await this.#audit.record(tx, {
      actor: CARE,
      action: refusal === null ? 'prescription_snapshot.accept' : 'prescription_snapshot.refuse',
      subjectType: 'PrescriptionSnapshot',
      subjectId: row.id,
      detail: { prescriptionId: row.prescriptionId, refusal },
    });
  }

  async #open({ manager }: Tx, row: SnapshotRow, sheet: PrescriptionSnapshot): Promise<void> {
    const { prescriptionId, patientAccountId, doctorAccountId, hospitalId } = sheet;
    await manager.insert(PrescriptionReview, {
      id: newId('rev'),
      prescriptionId,
      hospitalId,
      snapshotId: row.id,
      status: ReviewStatus.PENDING,
      version: 1,
      patientAccountId,
      doctorAccountId,
      validUntil: new Date(sheet.validUntil),
      receivedAt: row.receivedAt,
      secondLook: false,
    });
    await manager.insert(
      PrescriptionLine,
      sheet.lines.map(({ lineId, quantity }) => ({ prescriptionId, lineId, quantity, dispensed: 0 })),
    );
  }
}

/** What pharmacy does on the facts of care for its reviews. */
export function reviewHandlers(intake: SnapshotIntake): EventHandlers {
  return { 'prescription.signed': (tx, event) => intake.take(tx, event) };
}

function refusalOf(sheet: PrescriptionSnapshot): Refusal | null {
  const lineIds = sheet.lines.map(({ lineId }) => lineId);
  const isWellFormed =
    isId('rxn', sheet.prescriptionId) &&
    isId('pat', sheet.patientId) &&
    isId('acc', sheet.patientAccountId) &&
    isId('acc', sheet.doctorAccountId) &&
    isId('hos', sheet.hospitalId) &&
    lineIds.every((lineId) => /^[\x21-\x7e]+$/.test(lineId)) &&
    new Set(lineIds).size === lineIds.length;
  if (!isWellFormed) return 'MALFORMED';
  return hashOf(sheet) === sheet.hash ? null : 'HASH_MISMATCH';
}

/** The good sheet of the same prescription, which is the one under review. */
async function goodSheetOf(
  { manager }: Tx,
  { prescriptionId }: PrescriptionSnapshot,
): Promise<SnapshotRow | null> {
  if (!isId('rxn', prescriptionId)) return null;
  return manager.findOneBy(SnapshotRow, { prescriptionId, refusal: IsNull() });
}

function isId(type: string, text: string): boolean {
  try {
    return parseId(type, text) === text;
  } catch {
    return false;
  }
}
