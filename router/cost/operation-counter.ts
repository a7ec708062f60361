import { createHash } from 'node:crypto';
import { type DocumentNode, getOperationAST, type GraphQLSchema, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { CostLimits, OperationCost } from './cost-config.ts';
import { overlapsOf } from './overlaps.ts';
import { type CostFormula, costFormula, countPages, evaluate } from './page-cost.ts';
import { readDocument } from './read-document.ts';
import { structureOf } from './structure.ts';
import { tooComplex } from './too-complex.ts';

/** What the documents that are remembered may take, bytes. */
const MEMORY = 64 * 1024 * 1024;
/** What a token of a parsed document, with its place or without, and a page of a formula take about. */
const BYTES_PER_TOKEN = 250;
const BYTES_PER_PLACED_TOKEN = 500;
const BYTES_PER_PAGE = 400;
/** How many times the selections of the largest definition all of them together may have. */
const EXPANSIONS = 10;

/** A document whose counts are within the limits. */
export interface CountedDocument {
  /** By which it is remembered. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly counts: Omit<OperationCost, 'cost'>;
  /** By the name of the operation that was asked for; empty until the document is valid. */
  readonly formulas: Map<string | undefined, CostFormula>;
  /** What all of this takes, bytes. */
  weight: number;
  /** Set once the document was found to fit the schema. */
  isValid: boolean;
}

interface CountingOptions {
  /** What the documents that are remembered may take, bytes. */
  readonly memory?: number;
  /** Whether documents are read without the places of their parts, where no error tells them. */
  readonly noLocation?: boolean;
}

/**
 * Counts what operations ask for and refuses what is beyond the limits, before anything else is done with them. What
 * was counted is remembered by the text of the document.
 */
export class OperationCounter {
  readonly #schema: GraphQLSchema;
  readonly #limits: CostLimits;
  readonly #noLocation: boolean;
  readonly #known: LRUCache<string, CountedDocument>;

  constructor(
    schema: GraphQLSchema,
    limits: CostLimits,
    { memory = MEMORY, noLocation = false }: CountingOptions = {},
  ) {
    this.#schema = schema;
    this.#limits = limits;
    this.#noLocation = noLocation;
    this.#known = new LRUCache({ maxSize: memory });
  }

  /**
   * A document within the limits that need neither its schema nor its variables.
   * @returns undefined for what is not GraphQL
   * @throws AppError OPERATION_TOO_COMPLEX
   * @throws GraphQLError when a fragment stands within itself
   */
  read(text: string): CountedDocument | undefined {
    // Before it is hashed.
    const { length } = this.#limits.max;
    if (text.length > length) throw tooComplex('length', length, text.length);
    const key = createHash('sha256').update(text).digest('base64');
    const known = this.#known.get(key);
    if (known) return known;
    const counted = this.#count(key, text);
    if (counted) this.#known.set(key, counted, { size: counted.weight });
    return counted;
  }

  /**
   * What one operation of a document costs with its variables.
   * @returns undefined when the document has no such operation
   * @throws AppError OPERATION_TOO_COMPLEX
   */
  cost(
    counted: CountedDocument,
    operationName: string | undefined,
    variables: Readonly<Record<string, unknown>>,
  ): OperationCost | undefined {
    const formula = this.#formulaOf(counted, operationName);
    if (!formula) return undefined;
    const cost = Math.ceil(evaluate(formula, variables));
    if (cost > this.#limits.max.cost) throw tooComplex('cost', this.#limits.max.cost, cost);
    return { ...counted.counts, cost };
  }

  #formulaOf(counted: CountedDocument, operationName: string | undefined): CostFormula | undefined {
    const { key, document, formulas, isValid } = counted;
    const known = formulas.get(operationName);
    if (known) return known;
    const operation = getOperationAST(document, operationName);
    // Names of operations that are not there must not be remembered: there is no end of them.
    if (!operation) return undefined;
    const formula = costFormula(this.#schema, document, operation, this.#limits);
    if (isValid) {
      formulas.set(operationName, formula);
      counted.weight += (countPages(formula) + 1) * BYTES_PER_PAGE;
      // Set again it would keep the size it had.
      this.#known.delete(key);
      this.#known.set(key, counted, { size: counted.weight });
    }
    return formula;
  }

  #count(key: string, text: string): CountedDocument | undefined {
    const { max } = this.#limits;
    const read = readDocument(text, max, { noLocation: this.#noLocation });
    if (!read) return undefined;
    const { document, tokens } = read;
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
    if (operations > max.operations) throw tooComplex('operations', max.operations, operations);
    const { largest, expanded } = structureOf(document);
    for (const limit of ['selections', 'depth', 'aliases', 'directives', 'rootFields'] as const) {
      if (largest[limit] > max[limit]) throw tooComplex(limit, max[limit], largest[limit]);
    }
    // Each definition is looked through by itself, a fragment again for each that spreads it.
    const maxExpanded = EXPANSIONS * max.selections;
    if (expanded > maxExpanded) throw tooComplex('expanded', maxExpanded, expanded);
    const overlaps = overlapsOf(document);
    if (overlaps > max.overlaps) throw tooComplex('overlaps', max.overlaps, overlaps);
    const counts = { length: text.length, operations, tokens, ...largest, overlaps };
    const bytesPerToken = this.#noLocation ? BYTES_PER_TOKEN : BYTES_PER_PLACED_TOKEN;
    const weight = text.length * 2 + (tokens + 10) * bytesPerToken;
    return { key, document, counts, formulas: new Map(), weight, isValid: false };
  }
}
