import { stableId } from '../../shared/ids/ids.ts';
import { bookAndCheckIn, DOCTOR, logInAndAddMother } from './arrive.ts';
import { callAndChat, prescribe, writeRecord } from './consult.ts';
import { dispense, order, review } from './medicine.ts';
import { figuresOf, report } from './reports.ts';
import { type Manner, type Places, Walker } from './walker.ts';

/** Amoxicillin capsules, and azithromycin tablets. */
const drugs = { penicillin: stableId('sku', 'D001'), other: stableId('sku', 'D006') };
const pharmacyId = stableId('pha', 'demo-pharmacy-01');

/**
 * The main job, end to end, through the public API alone.
 * @throws Astray at the first thing that is not as it must be
 */
export async function walk(places: Places, manner: Manner): Promise<void> {
  const walker = new Walker(places, manner);
  const patient = await logInAndAddMother(walker);
  const subject = { skuId: drugs.other, doctorName: DOCTOR };
  const before = await figuresOf(walker, subject);
  const booking = await bookAndCheckIn(walker, patient);
  const consultationId = await callAndChat(walker, patient, booking);
  await writeRecord(walker, booking, consultationId);
  const prescriptionId = await prescribe(walker, booking, consultationId, drugs);
  await review(walker, prescriptionId);
  const orderId = await order(walker, patient, prescriptionId, { pharmacyId, skuId: drugs.other });
  await dispense(walker, orderId, drugs.other);
  await report(walker, before, subject);
}
