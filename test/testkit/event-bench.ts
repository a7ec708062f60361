import type { Db, Tx } from '../../shared/db/db.ts';
import { newId } from '../../shared/ids/ids.ts';
import { EventConsumer } from '../../shared/outbox/event-consumer.ts';
import { EventReader } from '../../shared/outbox/event-reader.ts';
import type { EventHandlers } from '../../shared/outbox/event-handlers.ts';
import { Outbox } from '../../shared/outbox/outbox.ts';
import { ParkedRetry } from '../../shared/outbox/parked-retry.ts';
import { Sequencer } from '../../shared/outbox/sequencer.ts';
import { ServiceClient } from '../../shared/service/service-client.ts';
import { fixtureOf } from './fixtures.ts';
import { serveEvents } from './producer.ts';
import { type Scratch, scratchSubgraph } from './scratch.ts';

/** A producer and a reader with schemas of their own. What is told are alerts of low stock, each with a figure. */
export class EventBench {
  readonly maker: Scratch;
  readonly taker: Scratch;
  readonly server: Awaited<ReturnType<typeof serveEvents>>;
  /** By which the reader knows the producer: another one in each test, so that each has a cursor of its own. */
  producer = newId('tst');
  /** Figures whose event fails. */
  readonly poisonous = new Set<number>();

  private constructor(maker: Scratch, taker: Scratch, server: Awaited<ReturnType<typeof serveEvents>>) {
    this.maker = maker;
    this.taker = taker;
    this.server = server;
  }

  static async open(): Promise<EventBench> {
    const [maker, taker] = [await scratchSubgraph(), await scratchSubgraph()];
    await taker.admin.query(
      `CREATE TABLE \`${taker.schema}\`.effect (n INT AUTO_INCREMENT PRIMARY KEY, producer VARCHAR(64), value INT)`,
    );
    return new EventBench(maker, taker, await serveEvents(new EventReader(maker.db, maker.cipher)));
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.maker.close();
    await this.taker.close();
  }

  /** An empty producer, in the epoch in which it is, and a reader that has read nothing. */
  async begin(): Promise<void> {
    this.producer = newId('tst');
    this.poisonous.clear();
    this.server.state.isDown = false;
    await this.maker.admin.query(`DELETE FROM \`${this.maker.schema}\`.outbox_event`);
    await this.maker.admin.query(`UPDATE \`${this.maker.schema}\`.outbox_counter SET last_seq = 0`);
  }

  handlers: EventHandlers = {
    'stock.low': async (tx, { payload }) => {
      await this.#note(tx, payload.available);
      // After its effect, so that one that stays behind would be found.
      if (this.poisonous.has(payload.available)) throw new Error(`poison ${payload.available}`);
    },
    'prescription.signed': (tx, { payload }) => this.#note(tx, payload.version),
  };

  async #note({ manager }: Tx, value: number): Promise<void> {
    await manager.query('INSERT INTO effect (producer, value) VALUES (?, ?)', [this.producer, value]);
  }

  client(): ServiceClient {
    return new ServiceClient(this.taker.config.serviceKeys, 'stats', 'care', this.server.url);
  }

  consumer(
    db: Db = this.taker.db,
    options: ConstructorParameters<typeof EventConsumer>[4] = {},
  ): EventConsumer {
    return new EventConsumer(db, this.producer, this.client(), this.handlers, options);
  }

  retry(): ParkedRetry {
    return new ParkedRetry(this.taker.db, this.producer, this.client(), this.handlers);
  }

  /** Tells of figures, each of a thing of its own, or of the one that is named. */
  async publish(values: readonly number[], aggregateId?: string): Promise<void> {
    const outbox = new Outbox(this.producer, this.maker.cipher, this.maker.wake, () => new Date());
    for (const available of values) {
      await this.maker.db.transaction((tx) =>
        outbox.add(tx, {
          type: 'stock.low',
          aggregateType: 'stock',
          aggregateId: aggregateId ?? newId('sku'),
          aggregateVersion: available,
          payload: { ...fixtureOf('stock.low'), available },
        }),
      );
    }
    await new Sequencer(this.maker.db, this.producer, this.maker.wake).run();
  }

  /**
   * Puts a backlog of so many events into the producer at once: figures from 1 on, of that many things in turn.
   * @returns the thing of each figure
   */
  async pileUp(events: number, things: number): Promise<(figure: number) => number> {
    const thingOf = (figure: number) => figure % things;
    const payload = fixtureOf('stock.low');
    const rows = naturals(events).map((available) => [
      newId('evt'),
      available,
      'stock.low',
      1,
      'stock',
      `sku_${thingOf(available)}`,
      available,
      new Date(),
      '',
      '',
      '',
      JSON.stringify({ ...payload, available }),
    ]);
    await this.maker.admin.query(
      `INSERT INTO \`${this.maker.schema}\`.outbox_event (id, seq, type, version, aggregatetype, aggregateid,
         aggregate_version, occurred_at, actor, request_id, traceparent, payload) VALUES ?`,
      [rows],
    );
    await this.maker.admin.query(`UPDATE \`${this.maker.schema}\`.outbox_counter SET last_seq = ?`, [events]);
    return thingOf;
  }

  /** Tells of a figure of a thing in a payload that is encrypted. */
  async publishEncrypted(version: number, aggregateId: string): Promise<void> {
    const outbox = new Outbox(this.producer, this.maker.cipher, this.maker.wake, () => new Date());
    const payload = { ...fixtureOf('prescription.signed'), version };
    const aggregate = { aggregateType: 'Prescription', aggregateId, aggregateVersion: version };
    await this.maker.db.transaction((tx) =>
      outbox.add(tx, { type: 'prescription.signed', ...aggregate, payload }),
    );
    await new Sequencer(this.maker.db, this.producer, this.maker.wake).run();
  }

  /** The producer's schema as it was when it had so many events, as a restore by hand leaves it. */
  async setBack(lastSeq: number): Promise<void> {
    await this.maker.admin.query(`DELETE FROM \`${this.maker.schema}\`.outbox_event WHERE seq > ?`, [
      lastSeq,
    ]);
    await this.maker.admin.query(`UPDATE \`${this.maker.schema}\`.outbox_counter SET last_seq = ?`, [
      lastSeq,
    ]);
  }

  async changeEvent(seq: number, change: string): Promise<void> {
    await this.maker.admin.query(`UPDATE \`${this.maker.schema}\`.outbox_event SET ${change} WHERE seq = ?`, [
      seq,
    ]);
  }

  /** What the producer says of its events. */
  answerLog = (at: number, epoch: string | null) =>
    new EventReader(this.maker.db, this.maker.cipher).log(at, epoch);

  /** The figures that had their effect, in that order. */
  async effects(): Promise<number[]> {
    const [rows] = await this.taker.admin.query(
      `SELECT value FROM \`${this.taker.schema}\`.effect WHERE producer = ? ORDER BY n`,
      [this.producer],
    );
    return (rows as { value: number }[]).map((row) => row.value);
  }

  async cursorRow(): Promise<Record<string, unknown> | undefined> {
    const [rows] = await this.taker.admin.query(
      `SELECT * FROM \`${this.taker.schema}\`.event_cursor WHERE producer = ?`,
      [this.producer],
    );
    return (rows as Record<string, unknown>[])[0];
  }
}

export const naturals = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
