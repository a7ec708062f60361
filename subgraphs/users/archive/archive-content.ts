import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import { bloodPressureColumn } from '../../../shared/medical/blood-pressure.ts';
import { conceptColumn } from '../../../shared/medical/coded-concept.ts';
import { dosageColumn } from '../../../shared/medical/dosage.ts';
import { quantityColumn } from '../../../shared/medical/quantity.ts';
import { HealthArchive, NOTHING_KNOWN } from './archive.entity.ts';
import { Allergy, type ArchiveEntry, CurrentMedication, MedicalCondition } from './archive-entry.entity.ts';
import { FamilyHistory, Immunisation, Surgery } from './past-entry.entity.ts';

type Row = ArchiveEntry | HealthArchive;
type Values = Readonly<Record<string, unknown>>;

/** A transformer of any medical value. */
interface Column {
  readonly to: (value: never) => string | null;
  readonly from: (text: string | null) => unknown;
}

interface Content {
  readonly table: string;
  /** What stands in the sealed content, and how a value that is no plain JSON is written there. */
  readonly fields: Readonly<Record<string, Column | null>>;
  /** What stands in clear columns where the content is sealed. */
  readonly emptied: Values;
}

/** Those facts that have a column. */
const { pregnancy, pregnancyCountedFrom, isLactating, egfr, childPugh, weightKg, heightCm } = NOTHING_KNOWN;
const emptiedVersion = { pregnancy, pregnancyCountedFrom, isLactating, egfr, childPugh, weightKg, heightCm };

const CONTENTS = new Map<unknown, Content>([
  [
    HealthArchive,
    {
      table: 'health_archive',
      fields: {
        ...Object.fromEntries(Object.keys(NOTHING_KNOWN).map((field) => [field, null])),
        usualBloodPressure: bloodPressureColumn,
        creatinine: quantityColumn,
      },
      emptied: emptiedVersion,
    },
  ],
  [
    Allergy,
    {
      table: 'allergy',
      fields: { name: null, substance: null, reaction: null, severity: null, status: null },
      emptied: { name: '', substance: '', reaction: null, severity: '' },
    },
  ],
  [
    MedicalCondition,
    {
      table: 'medical_condition',
      fields: { name: null, code: null, since: null },
      emptied: { name: '', code: '', since: null },
    },
  ],
  [
    CurrentMedication,
    {
      table: 'current_medication',
      fields: { name: null, substance: null, since: null, dosage: dosageColumn },
      emptied: { name: '', substance: '', since: null },
    },
  ],
  [
    Surgery,
    {
      table: 'surgery',
      fields: { name: null, code: null, performedOn: null, hospital: null },
      emptied: {},
    },
  ],
  [
    FamilyHistory,
    {
      table: 'family_history',
      fields: { relation: null, condition: conceptColumn, ageAtOnset: null },
      emptied: {},
    },
  ],
  [
    Immunisation,
    {
      table: 'immunisation',
      fields: { vaccine: conceptColumn, doseNumber: null, givenOn: null, lot: null },
      emptied: {},
    },
  ],
]);

/** The row as it is stored: what it says is encrypted, and nowhere in clear. */
export function sealed<T extends Row>(row: T, cipher: FieldCipher): T {
  return copyOf(row, sealedColumns(row, cipher));
}

/** The columns that differ in the stored row; the ciphertext is bound to table, column and row. */
export function sealedColumns(row: Row, cipher: FieldCipher): Values & { readonly content: string } {
  const { table, fields, emptied } = contentOf(row);
  const values = row as unknown as Values;
  const said = Object.entries(fields).map(([field, column]) => {
    const value = values[field] ?? null;
    return [field, column ? column.to(value as never) : value];
  });
  const text = JSON.stringify(Object.fromEntries(said));
  const content = cipher.encrypt(text, { table, column: 'content', rowId: idOf(row) });
  return { ...emptied, content };
}

/**
 * What a stored row says, in clear; one of an earlier release says it in columns.
 * @throws AppError DECRYPT_FAILED
 */
export function opened<T extends Row>(row: T, cipher: FieldCipher): T {
  const { table, fields } = contentOf(row);
  const unsaid = Object.fromEntries(Object.keys(fields).map((field) => [field, null]));
  if (row.content === null)
    return copyOf(row, { ...unsaid, ...withoutUndefined(row), ...reactionOf(row, cipher) });
  const text = cipher.decrypt(row.content, { table, column: 'content', rowId: idOf(row) });
  const said = JSON.parse(text) as Values;
  const values = Object.entries(fields).map(([field, column]) => {
    const value = said[field] ?? null;
    return [field, column ? column.from(value as string | null) : value];
  });
  return copyOf(row, Object.fromEntries(values) as Values);
}

/** Of an allergy this one thing was sealed from the beginning, by itself. */
function reactionOf(row: Row, cipher: FieldCipher): Values {
  if (!(row instanceof Allergy) || row.reaction === null) return {};
  return { reaction: cipher.decrypt(row.reaction, { table: 'allergy', column: 'reaction', rowId: row.id }) };
}

function contentOf(row: Row): Content {
  const content = CONTENTS.get(row.constructor);
  if (!content) throw new Error(`${row.constructor.name} has no content`);
  return content;
}

function idOf({ id }: Row): string {
  if (id === null) throw new Error('a row without an identifier has nothing to bind a ciphertext to');
  return id;
}

function withoutUndefined(row: Row): Values {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

function copyOf<T extends Row>(row: T, changes: Values): T {
  const empty = Object.create(Object.getPrototypeOf(row) as object) as T;
  return Object.assign(empty, row, changes);
}
