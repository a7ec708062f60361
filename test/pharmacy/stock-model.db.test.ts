import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { WriteOffReason } from '../../subgraphs/pharmacy/stock/stock.inputs.ts';
import { brokenStock, levelsOf, line, openStock, type Place, sku, type StockBench } from './stock-bench.ts';

let bench: StockBench;
beforeAll(async () => {
  bench = await openStock();
});
afterAll(() => bench.close());

const CODES = ['D013', 'D014'] as const;
const ORDERS = 5;

const code = fc.constantFrom(...CODES);
const orderNumber = fc.nat(ORDERS - 1);
const quantity = fc.integer({ min: 1, max: 6 });
const step = fc.oneof(
  fc.record({ act: fc.constant('receive' as const), code, quantity, days: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ act: fc.constant('hold' as const), code, quantity, order: orderNumber }),
  fc.record({ act: fc.constant('release' as const), order: orderNumber }),
  fc.record({ act: fc.constant('sell' as const), order: orderNumber }),
  fc.record({ act: fc.constant('writeOff' as const), code, quantity }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Each order has one line; what a step must do is told by this plain model. */
interface ModelOrder {
  readonly code: string;
  readonly quantity: number;
  state: 'HELD' | 'RELEASED' | 'SOLD';
}

class Model {
  readonly levels = new Map<
    string,
    { available: number; held: number; sold: number; off: number; in: number }
  >();
  readonly orders = new Map<number, ModelOrder>();

  of(code: string) {
    const level = this.levels.get(code) ?? { available: 0, held: 0, sold: 0, off: 0, in: 0 };
    this.levels.set(code, level);
    return level;
  }

  /** Changes the model and answers with the error code that the step must have. */
  take(step: Step): string {
    if (step.act === 'receive') {
      const level = this.of(step.code);
      level.available += step.quantity;
      level.in += step.quantity;
      return '';
    }
    if (step.act === 'writeOff') return this.#writeOff(step.code, step.quantity);
    const known = this.orders.get(step.order);
    if (step.act === 'hold') {
      if (known) return known.state === 'RELEASED' ? 'STOCK_NOT_HELD' : '';
      const level = this.of(step.code);
      if (level.available < step.quantity) return 'OUT_OF_STOCK';
      level.available -= step.quantity;
      level.held += step.quantity;
      this.orders.set(step.order, { code: step.code, quantity: step.quantity, state: 'HELD' });
      return '';
    }
    return step.act === 'release' ? this.#release(known) : this.#sell(known);
  }

  #writeOff(code: string, quantity: number): string {
    const level = this.of(code);
    if (level.available < quantity) return 'OUT_OF_STOCK';
    level.available -= quantity;
    level.off += quantity;
    return '';
  }

  #release(order: ModelOrder | undefined): string {
    if (order?.state === 'SOLD') return 'STOCK_NOT_HELD';
    if (order?.state !== 'HELD') return '';
    const level = this.of(order.code);
    level.held -= order.quantity;
    level.available += order.quantity;
    order.state = 'RELEASED';
    return '';
  }

  #sell(order: ModelOrder | undefined): string {
    if (order === undefined || order.state === 'RELEASED') return 'STOCK_NOT_HELD';
    if (order.state === 'SOLD') return '';
    const level = this.of(order.code);
    level.held -= order.quantity;
    level.sold += order.quantity;
    order.state = 'SOLD';
    return '';
  }
}

/** Writes off from one batch after the other, as somebody with a list of batches does. */
async function writeOff(place: Place, code: string, quantity: number): Promise<void> {
  const batches = await bench.batches.page(
    { pharmacyId: place.pharmacyId, skuId: sku(code) },
    undefined,
    100,
  );
  let missing = quantity;
  if (batches.reduce((sum, { available }) => sum + available, 0) < quantity) throw new Error('OUT_OF_STOCK');
  for (const { id, available } of batches) {
    const taken = Math.min(missing, available);
    missing -= taken;
    const input = { batchId: id, quantity: taken, reason: WriteOffReason.DAMAGED };
    if (taken > 0) {
      await bench.stockIntake.writeOff(place.staff, { ...input, idempotencyKey: randomUUID() });
    }
  }
}

/** @param road past the gate, which knows nothing of orders that there are, or to the database alone */
async function run(
  place: Place,
  orders: readonly string[],
  step: Step,
  road: 'gate' | 'database',
): Promise<string> {
  const orderId = 'order' in step ? (orders[step.order] ?? '') : '';
  const work = {
    receive: () => step.act === 'receive' && bench.receive(place, step.code, step.quantity, step.days),
    hold: () => {
      const lines = step.act === 'hold' ? [line(step.code, step.quantity)] : [];
      return road === 'gate' ? bench.order(place, lines, orderId) : bench.hold(place, orderId, lines);
    },
    release: () => bench.release(orderId),
    sell: () => bench.sell(orderId),
    writeOff: () => step.act === 'writeOff' && writeOff(place, step.code, step.quantity),
  };
  try {
    await work[step.act]();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const newOrders = () => Array.from({ length: ORDERS }, () => newId('ord'));

test('any sequence does what the plain model says, and the levels follow from the ledger', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const place = await bench.newPlace();
      const orders = newOrders();
      const model = new Model();
      for (const each of steps) {
        expect([each, await run(place, orders, each, 'database')]).toEqual([each, model.take(each)]);
      }
      const levels = await levelsOf(bench, place);
      for (const [code, { available, held, sold, off, in: received }] of model.levels) {
        const expected = { available, held, sold, received, written_off: off };
        if (received > 0) expect(levels[sku(code)], code).toEqual(expected);
      }
      expect(await brokenStock(bench, place)).toEqual([]);
    }),
    { numRuns: 15, endOnFailure: true },
  );
}, 120_000);

test('any sequences at the same time keep the invariant', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 3, maxLength: 8 }), { minLength: 4, maxLength: 6 }),
      async (lanes) => {
        const place = await bench.newPlace();
        for (const code of CODES) await bench.receive(place, code, 8);
        const orders = newOrders();
        const outcomes = await Promise.all(
          lanes.map(async (steps) => {
            const seen: string[] = [];
            for (const each of steps) seen.push(await run(place, orders, each, 'gate'));
            return seen;
          }),
        );
        const allowed = new Set(['', 'OUT_OF_STOCK', 'STOCK_NOT_HELD']);
        expect(outcomes.flat().filter((code) => !allowed.has(code))).toEqual([]);
        expect(await brokenStock(bench, place)).toEqual([]);
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
}, 120_000);
