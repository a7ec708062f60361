import {
  type DocumentNode,
  GraphQLError,
  Lexer,
  parse,
  type ParseOptions,
  Source,
  type Token,
  TokenKind,
} from 'graphql';
import type { OperationCost } from './cost-config.ts';
import { tooComplex } from './too-complex.ts';

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);
/** The parser calls itself for each bracket; four for a level of fields is more than any document needs. */
const BRACKETS_PER_LEVEL = 4;

export interface ReadDocument {
  readonly document: DocumentNode;
  readonly tokens: number;
}

/**
 * Parses a document after its tokens and brackets were counted, which stops at the first beyond a limit.
 * A comment counts as a token: the parser keeps it as one.
 * @returns undefined for what is not GraphQL
 * @throws AppError OPERATION_TOO_COMPLEX
 */
export function readDocument(
  text: string,
  max: Pick<OperationCost, 'tokens' | 'depth'>,
  options: ParseOptions = {},
): ReadDocument | undefined {
  try {
    const source = new Source(text);
    const tokens = countTokens(source, max);
    return { document: parse(source, options), tokens };
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function countTokens(source: Source, max: Pick<OperationCost, 'tokens' | 'depth'>): number {
  const lexer = new Lexer(source);
  let tokens = 0;
  let open = 0;
  for (;;) {
    const before = lexer.token;
    const { kind } = lexer.advance();
    tokens += distance(before, lexer.token) - (kind === TokenKind.EOF ? 1 : 0);
    if (tokens > max.tokens) throw tooComplex('tokens', max.tokens, tokens);
    if (kind === TokenKind.EOF) return tokens;
    if (OPENING.has(kind)) open += 1;
    else if (CLOSING.has(kind)) open -= 1;
    const brackets = max.depth * BRACKETS_PER_LEVEL;
    if (open > brackets) throw tooComplex('brackets', brackets, open);
  }
}

/** How many tokens after one another comes; the lexer passes over comments by itself. */
function distance(one: Token, another: Token): number {
  let count = 0;
  for (let each: Token | null = one; each !== null && each !== another; each = each.next) count += 1;
  return count;
}
