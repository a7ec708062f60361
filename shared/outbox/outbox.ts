import { monotonicFactory } from 'ulid';
import { currentRequest } from '../context/request-context.ts';
import type { FieldCipher } from '../crypto/field-cipher.ts';
import type { SealedColumn } from '../crypto/sealed-column.ts';
import type { Tx } from '../db/db.ts';
import { catalogue } from '../events/catalogue.ts';
import { type EventPayload, type EventType, parsePayload } from '../events/event.ts';
import type { Wake } from '../redis/wake.ts';

const nextUlid = monotonicFactory();

export interface NewEvent<T extends EventType> {
  readonly type: T;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Ascending for one aggregate: its version after the change. */
  readonly aggregateVersion: number;
  readonly payload: EventPayload<T>;
}

/** The place of a payload, to which an encrypted one is bound. */
export const payloadPlace = (rowId: string) => ({ table: 'outbox_event', column: 'payload', rowId });

/** Payloads of types that hold data of a person; those of others are in clear in the same column. */
export const payloadColumn: SealedColumn = { table: 'outbox_event', column: 'payload', key: ['id'] };

/** The topic that wakes the sequencer of a subgraph. */
export const outboxTopic = (subgraph: string) => `outbox:${subgraph}`;

/** Facts for other subgraphs, written in the transaction that makes them true and numbered after its commit. */
export class Outbox {
  readonly #subgraph: string;
  readonly #cipher: FieldCipher;
  readonly #wake: Wake;
  readonly #now: () => Date;

  constructor(subgraph: string, cipher: FieldCipher, wake: Wake, now: () => Date) {
    this.#subgraph = subgraph;
    this.#cipher = cipher;
    this.#wake = wake;
    this.#now = now;
  }

  /** @throws ZodError for a payload that does not fit its schema: the transaction fails with it */
  async add<T extends EventType>(tx: Tx, event: NewEvent<T>): Promise<void> {
    const kind: { version: number; sealed?: true } = catalogue[event.type];
    const id = `evt_${nextUlid()}`;
    const text = JSON.stringify(parsePayload(event.type, event.payload));
    const request = currentRequest();
    await tx.manager.query(
      `INSERT INTO outbox_event (id, type, version, aggregatetype, aggregateid, aggregate_version, occurred_at,
         actor, request_id, traceparent, payload)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        id,
        event.type,
        kind.version,
        event.aggregateType,
        event.aggregateId,
        event.aggregateVersion,
        this.#now(),
        request?.actorId ?? `service:${this.#subgraph}`,
        request?.requestId ?? '',
        request?.traceparent ?? '',
        kind.sealed ? this.#cipher.encrypt(text, payloadPlace(id)) : text,
      ],
    );
    tx.afterCommit(() => this.#wake.call(outboxTopic(this.#subgraph)));
  }
}
