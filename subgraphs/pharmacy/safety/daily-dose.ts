import type { CheckedIngredient, CheckedLine } from './safety-case.ts';

const MILLIGRAMS = new Map([
  ['g', 1000],
  ['克', 1000],
  ['mg', 1],
  ['毫克', 1],
  ['μg', 0.001],
  ['ug', 0.001],
  ['mcg', 0.001],
  ['微克', 0.001],
]);

const MILLILITRES = new Map([
  ['ml', 1],
  ['毫升', 1],
  ['l', 1000],
  ['升', 1000],
]);

/** Units that count what the strength of the label is said for. */
const PIECES = new Set(
  '片 粒 袋 包 丸 枚 颗 揿 吸 喷 tablet tablets tab capsule capsules cap sachet sachets puff puffs pill pills'.split(
    ' ',
  ),
);

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const MASS = '(g|mg|μg|ug|mcg)';
const PER_PIECE = new RegExp(`^${NUMBER}${MASS}(?:/[^\\d/]+)?$`);
const PER_VOLUME = new RegExp(`^${NUMBER}ml:${NUMBER}${MASS}$`);

/**
 * Milligrams of one ingredient that a line gives a day: dose × doses a day. Undefined where the unit says nothing
 * about mass (drops, international units), or where a dose is one of several ingredients together.
 */
export function dailyMilligrams(line: CheckedLine, ingredient: CheckedIngredient): number | undefined {
  const dose = /^\d{1,9}(?:\.\d{1,6})?$/.test(line.doseValue) ? Number(line.doseValue) : 0;
  if (dose <= 0 || line.timesPerDay <= 0) return undefined;
  const perUnit = milligramsPerUnit(line, ingredient);
  return perUnit === undefined ? undefined : exact(dose * perUnit * line.timesPerDay);
}

/** Binary fractions add up to a little more than they should: 0.1 + 0.2 must not exceed 0.3. */
export function exact(milligrams: number): number {
  return Math.round(milligrams * 1e6) / 1e6;
}

function milligramsPerUnit(line: CheckedLine, ingredient: CheckedIngredient): number | undefined {
  const unit = normal(line.doseUnit);
  const isAlone = line.ingredients.length === 1;
  const isUnitOfProduct = unit === normal(line.unit) || (PIECES.has(unit) && PIECES.has(normal(line.unit)));
  if (isUnitOfProduct && ingredient.milligrams !== null) return ingredient.milligrams;
  if (!isAlone) return undefined;
  if (PIECES.has(unit)) return perPiece(line.strength);
  const millilitres = MILLILITRES.get(unit);
  if (millilitres === undefined) return MILLIGRAMS.get(unit);
  const perMillilitre = concentration(line.strength);
  return perMillilitre === undefined ? undefined : millilitres * perMillilitre;
}

function perPiece(strength: string): number | undefined {
  const [, value, unit = ''] = PER_PIECE.exec(normal(strength)) ?? [];
  return value === undefined ? undefined : Number(value) * (MILLIGRAMS.get(unit) ?? Number.NaN);
}

function concentration(strength: string): number | undefined {
  const [, volume, value, unit = ''] = PER_VOLUME.exec(normal(strength)) ?? [];
  if (volume === undefined || value === undefined || Number(volume) === 0) return undefined;
  return (Number(value) * (MILLIGRAMS.get(unit) ?? Number.NaN)) / Number(volume);
}

/** The micro sign and the Greek letter look the same; a colon and a slash have a full-width form. */
function normal(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').toLowerCase();
}
