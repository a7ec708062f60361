import { AppError } from '../../../shared/errors/app-error.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { checkedText } from '../record/record-content.ts';
import type { PrescriptionLine } from './prescription-line.types.ts';
import type { PrescriptionLineInput, SavePrescriptionInput } from './prescription.inputs.ts';

/** What a draft says, as it is encrypted. */
export interface PrescriptionContent {
  readonly lines: PrescriptionLine[];
  readonly validDays: number;
  readonly longSupplyReason: string | null;
}

/** 处方管理办法 articles 6, 18 and 19; 长期处方管理规范 for the longest. */
const MOST_DRUGS = 5;
const MOST_VALID_DAYS = 3;
export const USUAL_DAYS = 7;
const LONGEST_DAYS = 84;

/** Checked as far as it can be without asking pharmacy. @throws AppError VALIDATION_FAILED, BAD_ID, SUPPLY_TOO_LONG */
export function checkedPrescription(input: SavePrescriptionInput): PrescriptionContent {
  const { lines, validDays } = input;
  assertWithin('lines', lines.length, 1, MOST_DRUGS);
  assertWithin('validDays', validDays, 1, MOST_VALID_DAYS);
  const reason = checkedText('longSupplyReason', input.longSupplyReason ?? '', 300);
  const checked = lines.map(checkedLine);
  if (new Set(checked.map((line) => line.skuId)).size < checked.length) {
    throw new AppError('VALIDATION_FAILED', { field: 'lines.skuId', reason: 'twice the same' });
  }
  assertSupply(checked, reason === '' ? USUAL_DAYS : LONGEST_DAYS);
  return { lines: checked, validDays, longSupplyReason: reason === '' ? null : reason };
}

/** @throws AppError SUPPLY_TOO_LONG */
export function assertSupply(lines: readonly { days: number }[], most: number): void {
  const days = Math.max(...lines.map((line) => line.days));
  if (days > most) throw new AppError('SUPPLY_TOO_LONG', { days, most });
}

function checkedLine(line: PrescriptionLineInput): PrescriptionLine {
  const { quantity, timesPerDay, days } = line;
  assertWithin('lines.quantity', quantity, 1, 99);
  assertWithin('lines.timesPerDay', timesPerDay, 1, 24);
  assertWithin('lines.days', days, 1, Number.MAX_SAFE_INTEGER);
  const doseValue = line.doseValue.trim();
  if (!/^\d{1,7}(\.\d{1,4})?$/.test(doseValue) || Number(doseValue) === 0) {
    throw new AppError('VALIDATION_FAILED', { field: 'lines.doseValue', reason: '0.0001 – 9999999' });
  }
  return {
    id: newId('rxl'),
    skuId: parseId('sku', line.skuId),
    quantity,
    doseValue,
    doseUnit: checkedText('lines.doseUnit', line.doseUnit, 16, 1),
    timesPerDay,
    route: checkedText('lines.route', line.route, 32, 1),
    days,
    instructions: checkedText('lines.instructions', line.instructions ?? '', 200),
  };
}

function assertWithin(field: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new AppError('VALIDATION_FAILED', { field, reason: `${least} – ${most}` });
}
