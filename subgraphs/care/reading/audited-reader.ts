import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { GraphqlContext } from '../../../shared/context/graphql-context.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type BatchRead, inOrder, type Loaders } from '../../../shared/loader/loaders.ts';
import { rule } from '../../../shared/rules/rules.ts';

/** A document of a patient that leaves this subgraph only opened, for one reader, with an audit entry. */
export interface Readable {
  readonly id: string;
  /** For whom it was opened; a document without this shows nothing. */
  openedFor?: string;
}

export interface ReaderParts<T extends Readable> {
  /** Such as `medical_record.read`. */
  readonly action: string;
  /** The name of the GraphQL type. */
  readonly subjectType: string;
  /** Those of the documents that the actor may see, still closed. */
  readonly visible: (actor: Actor, ids: readonly string[]) => Promise<T[]>;
  /** Decrypts them. */
  readonly open: (documents: readonly T[]) => Promise<void>;
}

type Reading = Pick<GraphqlContext, 'actor' | 'loaders'>;

/**
 * The one road by which documents are read: many in a few statements, only those that the reader may see, each read
 * with its audit entry before anything of it is decrypted.
 */
export class AuditedReader<T extends Readable> {
  readonly #audit: Audit;
  readonly #parts: ReaderParts<T>;
  readonly #batches = new WeakMap<Loaders, BatchRead<string, T>>();

  constructor(audit: Audit, parts: ReaderParts<T>) {
    this.#audit = audit;
    this.#parts = parts;
  }

  /** Null where there is none, and also where it is not the reader's to see. */
  async find(reading: Reading, id: string): Promise<T | null> {
    return reading.loaders.of(this.#batchOf(reading)).load(id);
  }

  /** @throws AppError NOT_FOUND, also for a document of others */
  async get(reading: Reading, id: string): Promise<T> {
    const found = await this.find(reading, id);
    if (!found) throw new AppError('NOT_FOUND', { what: this.#parts.subjectType });
    return found;
  }

  /** Reads anew what was changed in this request. @throws AppError NOT_FOUND */
  async getAnew(reading: Reading, id: string): Promise<T> {
    reading.loaders.of(this.#batchOf(reading)).clear(id);
    return this.get(reading, id);
  }

  /** The loaders live as long as a request, and a request has one actor. */
  #batchOf({ actor, loaders }: Reading): BatchRead<string, T> {
    const known = this.#batches.get(loaders);
    if (known) return known;
    const { subjectType } = this.#parts;
    const made = { name: `${subjectType}.read`, read: (ids: readonly string[]) => this.#read(actor, ids) };
    this.#batches.set(loaders, made);
    return made;
  }

  async #read(actor: Actor, ids: readonly string[]): Promise<(T | null)[]> {
    const { action, subjectType, visible, open } = this.#parts;
    const documents = await visible(actor, ids);
    const idOf = (document: T) => document.id;
    await this.#audit.read(actor, action, subjectType, documents.map(idOf));
    await open(documents);
    for (const document of documents) document.openedFor = actorId(actor);
    return inOrder(ids, documents, idOf);
  }
}

/** Every field of a document is under this: what did not come through a reader of the caller shows nothing. */
export const isOpenedForCaller = rule<GraphqlContext, Readable>(
  'isOpenedForCaller',
  ({ openedFor }, _args, { actor }) => actor.kind === 'account' && openedFor === actorId(actor),
);
