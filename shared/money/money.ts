import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const MICRO = 1_000_000n;
const FEN_PER_YUAN = 100n;

/** Yuan with two decimals, `12.50`. @param fen an integer */
export function yuanOf(fen: number): string {
  if (!Number.isSafeInteger(fen)) throw new RangeError('money is counted in whole fen');
  const sign = fen < 0 ? '-' : '';
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Fen, an integer, from yuan with at most two decimals. @throws RangeError */
export function fenOf(yuan: string): number {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(yuan);
  if (!match) throw new RangeError('money is yuan with at most two decimals');
  const [, sign = '', whole = '0', part = ''] = match;
  const fen = Number(whole) * 100 + Number(part.padEnd(2, '0'));
  return sign === '-' && fen !== 0 ? -fen : fen;
}

/**
 * The amount of one line, rounded half up to whole fen: the one place where money is rounded.
 * @param unitPrice yuan, up to six decimals, as DECIMAL(16,6) gives it. @param quantity a whole number, not negative
 */
export function lineTotalFen(unitPrice: string, quantity: number): number {
  const match = /^(\d{1,10})(?:\.(\d{1,6}))?$/.exec(unitPrice);
  if (!match || !Number.isSafeInteger(quantity) || quantity < 0)
    throw new RangeError('unit price or quantity');
  const micro = BigInt(match[1] ?? '0') * MICRO + BigInt((match[2] ?? '').padEnd(6, '0'));
  const total = micro * BigInt(quantity) * FEN_PER_YUAN;
  const fen = Number((total + MICRO / 2n) / MICRO);
  if (!Number.isSafeInteger(fen)) throw new RangeError('the amount is too large');
  return fen;
}

const toNumber = (value: unknown): number => {
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  return typeof value === 'number' ? value : Number.NaN;
};

const toFen = (value: unknown): number => {
  try {
    return fenOf(typeof value === 'string' ? value : '');
  } catch {
    throw new GraphQLError('money is a string: yuan with at most two decimals');
  }
};

/** Inside a number of fen, outside yuan as text. */
export const Money = new GraphQLScalarType<number, string>({
  name: 'Money',
  description: 'An amount in yuan with two decimals, as text: `"12.50"`. 金额（元）',
  // BIGINT columns come as text.
  serialize: (value) => yuanOf(toNumber(value)),
  parseValue: toFen,
  parseLiteral: (node) => toFen(node.kind === Kind.STRING ? node.value : undefined),
});
