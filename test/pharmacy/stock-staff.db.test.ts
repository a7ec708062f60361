import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, businessDay } from '../../shared/clock/business-day.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { statementsOf } from '../testkit/sql-log.ts';
import { employ } from '../testkit/staff.ts';
import { brokenStock, openStock, type Place, sku, type StockBench, supplierId } from './stock-bench.ts';

const RECEIVE = `mutation ($input: ReceiveStockInput!) {
  receiveStock(input: $input) {
    id lot expiresOn unitCost received available held sold writtenOff
    sku { name } warehouse { name pharmacy { name } } supplier { name } purchaseOrder { number supplier { id } }
  }
}`;
const WRITE_OFF = `mutation ($input: WriteOffStockInput!) { writeOffStock(input: $input) { id available writtenOff } }`;
const THRESHOLD = `mutation ($input: SetStockThresholdInput!) {
  setStockThreshold(input: $input) { threshold available isLow version }
}`;
const LEVELS = `query ($id: ID!, $first: Int, $isLow: Boolean! = false) {
  stockLevels(pharmacyId: $id, first: $first, isLow: $isLow) {
    edges { node { available held expired threshold isLow sku { id name ingredients { atc } spu { form } } warehouse { name } } }
  }
}`;
const BATCHES = `query ($id: ID!, $skuId: ID, $lot: String, $first: Int) {
  batches(pharmacyId: $id, skuId: $skuId, lot: $lot, first: $first) {
    edges { node { id lot unitCost sku { name } supplier { name licenceNumber } purchaseOrder { number } warehouse { name } } }
  }
}`;
const MOVEMENTS = `query ($id: ID!) {
  stockMovements(batchId: $id) { edges { node { kind quantity reason actorId } } }
}`;
const ALERTS = `subscription ($id: ID!) { stockAlertRaised(pharmacyId: $id) { seq } }`;

let bench: StockBench;
let place: Place;
/** A pharmacist of this one pharmacy alone. */
let token: string;
let accountId: string;
beforeAll(async () => {
  bench = await openStock();
  place = await bench.newPlace();
  ({ accessToken: token, accountId } = await logInAnew());
  await employ({ accessToken: token }, { institutionId: place.pharmacyId });
  await until(async () => (await codeOf(LEVELS, { id: place.pharmacyId })) === undefined);
});
afterAll(() => bench.close());

const codeOf = async (query: string, variables: object, as: string | undefined = token) =>
  (await ask(query, variables, { token: as })).errors[0]?.extensions.code;

const lot = (more: object = {}) => ({
  warehouseId: place.warehouseId,
  skuId: sku('D040'),
  supplierId,
  purchaseOrderNumber: 'CG-1',
  lot: 'A2601',
  expiresOn: addDays(businessDay(new Date()), 200),
  quantity: 50,
  unitCost: '12.50',
  idempotencyKey: randomUUID(),
  ...more,
});

async function received(more: object = {}): Promise<{ id: string; purchaseOrder: { number: string } }> {
  const answer = await data(RECEIVE, { input: lot(more) }, { token });
  return answer.receiveStock as { id: string; purchaseOrder: { number: string } };
}

test('a lot that came is a batch under its purchase order, with its ledger and its audit', async () => {
  const batch = await received();
  expect(batch).toMatchObject({
    lot: 'A2601',
    unitCost: '12.50',
    received: 50,
    available: 50,
    held: 0,
    sold: 0,
    writtenOff: 0,
    sku: { name: '阿托伐他汀钙片' },
    warehouse: { name: '药库', pharmacy: { name: '测试药房' } },
    supplier: { name: '京华医药有限公司' },
    purchaseOrder: { number: 'CG-1', supplier: { id: supplierId } },
  });
  expect((await received()).purchaseOrder.number).toBe('CG-1');
  const { purchaseOrder } = await received({ purchaseOrderNumber: null });
  expect(purchaseOrder.number).toMatch(/^CG\d{8}-\w{8}$/);
  const off = { batchId: batch.id, quantity: 3, reason: 'DAMAGED', note: '外包装破损' };
  const written = await data(WRITE_OFF, { input: { ...off, idempotencyKey: randomUUID() } }, { token });
  expect(written).toEqual({ writeOffStock: { id: batch.id, available: 47, writtenOff: 3 } });
  expect(await data(MOVEMENTS, { id: batch.id }, { token })).toEqual({
    stockMovements: {
      edges: [
        { node: { kind: 'RECEIVE', quantity: 50, reason: null, actorId: accountId } },
        { node: { kind: 'WRITE_OFF', quantity: 3, reason: 'DAMAGED: 外包装破损', actorId: accountId } },
      ],
    },
  });
  const audited = await bench.rows<{ action: string; actor: string }>(
    'SELECT action, actor FROM yey_pharmacy_audit.audit_entry WHERE subject_id = ? ORDER BY id',
    [batch.id],
  );
  expect(audited).toEqual([
    { action: 'stock.receive', actor: accountId },
    { action: 'stock.write_off', actor: accountId },
  ]);
  const tooMany = { ...off, quantity: 48, idempotencyKey: randomUUID() };
  expect(await codeOf(WRITE_OFF, { input: tooMany })).toBe('OUT_OF_STOCK');
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('a retry receives and writes off once; the same key for something else is refused', async () => {
  const input = lot({ skuId: sku('D041') });
  const answers = await Promise.all(Array.from({ length: 6 }, () => data(RECEIVE, { input }, { token })));
  const ids = new Set(answers.map((each) => (each.receiveStock as { id: string }).id));
  expect(ids.size).toBe(1);
  expect(await codeOf(RECEIVE, { input: { ...input, quantity: 51 } })).toBe('IDEMPOTENCY_KEY_REUSED');
  const [batchId] = ids;
  const off = { batchId, quantity: 5, reason: 'EXPIRED', idempotencyKey: randomUUID() };
  await Promise.all(Array.from({ length: 6 }, () => data(WRITE_OFF, { input: off }, { token })));
  expect(await data(WRITE_OFF, { input: off }, { token })).toMatchObject({
    writeOffStock: { available: 45, writtenOff: 5 },
  });
  expect(await brokenStock(bench, place)).toEqual([]);
});

test('every bad lot has its code', async () => {
  await received({ purchaseOrderNumber: 'CG-9' });
  const cases: [object, string][] = [
    [{ quantity: 0 }, 'VALIDATION_FAILED'],
    [{ quantity: 1_000_001 }, 'VALIDATION_FAILED'],
    [{ lot: ' ' }, 'VALIDATION_FAILED'],
    [{ lot: 'x'.repeat(65) }, 'VALIDATION_FAILED'],
    [{ expiresOn: addDays(businessDay(new Date()), -1) }, 'VALIDATION_FAILED'],
    [{ unitCost: '-1.00' }, 'VALIDATION_FAILED'],
    [{ idempotencyKey: '' }, 'VALIDATION_FAILED'],
    [{ skuId: sku('nothing') }, 'NOT_FOUND'],
    [{ supplierId: stableId('sup', 'nobody') }, 'NOT_FOUND'],
    [{ warehouseId: newId('whs') }, 'NOT_FOUND'],
    [{ warehouseId: stableId('whs', 'demo-warehouse-01') }, 'NOT_FOUND'],
    [{ skuId: supplierId }, 'BAD_ID'],
    [{ purchaseOrderNumber: 'CG-9', supplierId: stableId('sup', 'demo-supplier-02') }, 'VALIDATION_FAILED'],
  ];
  for (const [more, code] of cases) {
    expect(await codeOf(RECEIVE, { input: lot(more) }), JSON.stringify(more)).toBe(code);
  }
});

test('a threshold is set by version, and tells at once what is low', async () => {
  await received({ skuId: sku('D042'), quantity: 30 });
  const input = { pharmacyId: place.pharmacyId, skuId: sku('D042'), threshold: 30, expectedVersion: 1 };
  const set = (more: object) => ({ input: { ...input, idempotencyKey: randomUUID(), ...more } });
  expect(await data(THRESHOLD, set({}), { token })).toEqual({
    setStockThreshold: { threshold: 30, available: 30, isLow: false, version: 2 },
  });
  expect(await codeOf(THRESHOLD, set({ threshold: 5 }))).toBe('VERSION_CONFLICT');
  expect(await data(THRESHOLD, set({ threshold: 31, expectedVersion: 2 }), { token })).toMatchObject({
    setStockThreshold: { isLow: true, version: 3 },
  });
  const low = await data(LEVELS, { id: place.pharmacyId, isLow: true }, { token });
  expect(low).toMatchObject({
    stockLevels: { edges: [{ node: { sku: { id: sku('D042') }, available: 30 } }] },
  });
  expect(await codeOf(THRESHOLD, set({ threshold: -1 }))).toBe('VALIDATION_FAILED');
  const foreign = set({ pharmacyId: stableId('pha', 'demo-pharmacy-01'), expectedVersion: null });
  expect(await codeOf(THRESHOLD, foreign)).toBe('NOT_FOUND');
});

test('the staff of another pharmacy sees nothing, a patient nothing but prices and what may be bought', async () => {
  const demo = stableId('pha', 'demo-pharmacy-01');
  const batchId = stableId('bat', 'demo-D001-1');
  const off = { batchId, quantity: 1, reason: 'MISSING', idempotencyKey: randomUUID() };
  const roads: [string, object][] = [
    [LEVELS, { id: demo }],
    [BATCHES, { id: demo }],
    [MOVEMENTS, { id: batchId }],
    ['query ($id: ID!) { batch(id: $id) { lot } }', { id: batchId }],
    ['query ($id: ID!) { warehouses(pharmacyId: $id) { name } }', { id: demo }],
    [WRITE_OFF, { input: off }],
  ];
  for (const [query, variables] of roads) {
    expect(await codeOf(query, variables), query).toBe('NOT_FOUND');
    expect(await codeOf(query, variables, tokenOf('李晓梅')), query).toBe('FORBIDDEN');
    const anonymous = (await ask(query, variables)).errors[0]?.extensions.code;
    expect(anonymous, query).toBe('UNAUTHENTICATED');
  }
  expect(await codeOf(ALERTS, { id: demo })).toBe('SUBSCRIPTION_NEEDS_SOCKET');
  const shop = await data(
    'query ($id: ID!, $p: ID!) { sku(id: $id) { unitPrice available(pharmacyId: $p) } }',
    {
      id: sku('D001'),
      p: demo,
    },
  );
  expect(shop).toEqual({ sku: { unitPrice: '11.80', available: expect.any(Number) as number } });
});

test('the register of suppliers is for who manages the stock of a pharmacy, and for nobody else', async () => {
  const SUPPLIERS = '{ suppliers(first: 100) { edges { node { id name licenceNumber } } } }';
  expect((await ask(SUPPLIERS)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  for (const name of ['李晓梅', '王建国', '何分析', '郑管理']) {
    expect(await codeOf(SUPPLIERS, {}, tokenOf(name)), name).toBe('FORBIDDEN');
  }
  const { suppliers } = await data(SUPPLIERS, {}, { token });
  expect((suppliers as { edges: { node: object }[] }).edges).toContainEqual({
    node: { id: supplierId, name: '京华医药有限公司', licenceNumber: '京AA0100001' },
  });
});

test('the pharmacist of the platform sees the demo stock: batches of every drug, good for months', async () => {
  const demo = stableId('pha', 'demo-pharmacy-01');
  const wu = { token: tokenOf('吴芳') };
  const answer = await data(BATCHES, { id: demo, skuId: sku('D078') }, wu);
  const { edges } = answer.batches as { edges: { node: { supplier: { name: string } } }[] };
  expect(edges).toHaveLength(2);
  expect(edges[0]?.node.supplier.name).toBe('云泽医药物流有限公司');
  const [counts] = await bench.rows<{ skus: number; soonest: string }>(
    `SELECT COUNT(DISTINCT b.sku_id) skus, MIN(b.expires_on) soonest
     FROM batch b JOIN purchase_order p ON p.id = b.purchase_order_id
     WHERE b.pharmacy_id = ? AND p.number LIKE 'CG-DEMO-%'`,
    [demo],
  );
  expect(Number(counts?.skus)).toBe(78);
  expect(String(counts?.soonest) > addDays(businessDay(new Date()), 180)).toBe(true);
});

test('lists take as many statements for many rows as for one', async () => {
  for (const code of ['D043', 'D044', 'D045', 'D046', 'D047']) await received({ skuId: sku(code) });
  for (const query of [LEVELS, BATCHES]) {
    const one = await statementsOf(query, { id: place.pharmacyId, first: 1 }, token);
    const many = await statementsOf(query, { id: place.pharmacyId, first: 6 }, token);
    expect(many.statements.pharmacy?.length, many.statements.pharmacy?.join('\n')).toBe(
      one.statements.pharmacy?.length,
    );
  }
  const DRUGS = `query ($first: Int!, $p: ID!) { drugs(first: $first) {
    edges { node { name form spu { name } ingredients { atc name } available(pharmacyId: $p) } }
  } }`;
  const one = await statementsOf(DRUGS, { first: 1, p: place.pharmacyId });
  const many = await statementsOf(DRUGS, { first: 60, p: place.pharmacyId });
  expect(many.statements.pharmacy?.length).toBe(one.statements.pharmacy?.length);
});
