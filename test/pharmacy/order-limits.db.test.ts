import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomes } from '../testkit/care.ts';
import { accountActor, type OrderKit, orderKit } from './order-kit.ts';

let kit: OrderKit;
beforeAll(async () => {
  kit = await orderKit();
});
afterAll(() => kit.close());

const free = (quantity: number) => ({ lines: [{ skuId: kit.freeSku, quantity }] });

test('fifty orders of one account at once leave five unpaid ones, and hold what those hold', async () => {
  const { id, batches } = await kit.pharmacy({ skuId: kit.freeSku, packs: 5000 });
  const buyer = accountActor();
  const attempts = Array.from({ length: 50 }, () => kit.place(buyer, id, free(20)));
  expect(await outcomes(attempts)).toEqual({ ok: 5, TOO_MANY_UNPAID_ORDERS: 45 });
  expect(await kit.batch(batches[0] ?? '')).toEqual({ available: 4900, held: 100, sold: 0 });
  await expect(kit.place(buyer, id, free(1))).rejects.toMatchObject({ params: { limit: 5 } });
  await kit.place(accountActor(), id, free(1));
  // What the gate in front of the database had set aside for those that were refused is free again.
  const others = Array.from({ length: 20 }, () => kit.place(accountActor(), id, free(20)));
  expect(await outcomes(others)).toEqual({ ok: 20 });
});

test('the packs of all unpaid orders of an account are counted together, also of orders at once', async () => {
  const skus = await kit.rows<{ id: string }>(
    'SELECT id FROM sku WHERE is_prescription = 0 AND is_online_forbidden = 0 ORDER BY code LIMIT 4',
  );
  const { id, batches } = await kit.pharmacy(...skus.map((sku) => ({ skuId: sku.id, packs: 1000 })));
  const buyer = accountActor();
  const lines = skus.map((sku) => ({ skuId: sku.id, quantity: 20 }));
  expect(lines).toHaveLength(4);
  const attempts = Array.from({ length: 5 }, () => kit.place(buyer, id, { lines }));
  expect(await outcomes(attempts)).toEqual({ ok: 2, TOO_MANY_HELD_PACKS: 3 });
  await expect(kit.place(buyer, id, { lines })).rejects.toMatchObject({ params: { packs: 240, limit: 200 } });
  for (const batch of batches) expect(await kit.batch(batch)).toMatchObject({ available: 960, held: 40 });
});

test('an order that expired or was cancelled makes room again', async () => {
  const { id } = await kit.pharmacy({ skuId: kit.freeSku, packs: 100 });
  const buyer = accountActor();
  const [first = ''] = await Promise.all(Array.from({ length: 5 }, () => kit.place(buyer, id, free(1))));
  const cancelled = { orderId: first, expectedVersion: 1, idempotencyKey: randomUUID() };
  await kit.orderEnding.cancel(buyer, cancelled);
  await kit.place(buyer, id, free(1));
  await expect(kit.place(buyer, id, free(1))).rejects.toMatchObject({ code: 'TOO_MANY_UNPAID_ORDERS' });
  kit.pass(16 * 60);
  await kit.orderEnding.run();
  await kit.place(buyer, id, free(1));
});
