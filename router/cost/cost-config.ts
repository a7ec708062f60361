import { z } from 'zod';

const limit = (fallback: number) => z.coerce.number().int().min(1).max(10_000_000).default(fallback);

/** The variables that bound what one operation may ask for. */
export const costVariables = {
  DOCUMENT_MAX_LENGTH: limit(65_536),
  DOCUMENT_MAX_OPERATIONS: limit(20),
  OPERATION_MAX_TOKENS: limit(4000),
  OPERATION_MAX_DEPTH: limit(20),
  OPERATION_MAX_ALIASES: limit(60),
  OPERATION_MAX_DIRECTIVES: limit(60),
  OPERATION_MAX_ROOT_FIELDS: limit(40),
  OPERATION_MAX_SELECTIONS: limit(1500),
  OPERATION_MAX_OVERLAPS: limit(5000),
  OPERATION_MAX_COST: limit(30_000),
  OPERATION_PAGE_SIZE: limit(20),
  OPERATION_LIST_SIZE: limit(5),
};

/** The most mistakes that are told of one operation: finding them all takes long in a document that has nothing else. */
export const MAX_PROBLEMS = 20;

/** What is counted of an operation, and the most that one may have of each. */
export interface OperationCost {
  /** Characters of the whole document. */
  readonly length: number;
  /** Of the document, which also has those that are not run. */
  readonly operations: number;
  /** Of the whole document, as its lexer sees it, and its comments. */
  readonly tokens: number;
  /** Fields below each other. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  /** Fields, spreads and inline fragments, each fragment expanded wherever it is spread. */
  readonly selections: number;
  /** Pairs of fields, and of fragments, that are at the same place of the answer and must be compared. */
  readonly overlaps: number;
  /** Objects that the answer may hold: pages of pages multiply. */
  readonly cost: number;
}

export interface CostLimits {
  readonly max: OperationCost;
  /** How long a page is taken to be when the operation doesn't say. */
  readonly pageSize: number;
  /** How long a list without paging is taken to be. */
  readonly listSize: number;
}

/** The limits from variables that {@link costVariables} has validated. */
export function costLimits(given: z.infer<z.ZodObject<typeof costVariables>>): CostLimits {
  return {
    max: {
      length: given.DOCUMENT_MAX_LENGTH,
      operations: given.DOCUMENT_MAX_OPERATIONS,
      tokens: given.OPERATION_MAX_TOKENS,
      depth: given.OPERATION_MAX_DEPTH,
      aliases: given.OPERATION_MAX_ALIASES,
      directives: given.OPERATION_MAX_DIRECTIVES,
      rootFields: given.OPERATION_MAX_ROOT_FIELDS,
      selections: given.OPERATION_MAX_SELECTIONS,
      overlaps: given.OPERATION_MAX_OVERLAPS,
      cost: given.OPERATION_MAX_COST,
    },
    pageSize: given.OPERATION_PAGE_SIZE,
    listSize: given.OPERATION_LIST_SIZE,
  };
}
