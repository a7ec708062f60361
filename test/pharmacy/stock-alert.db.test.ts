import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { ask, data, subscribe, tokenOf } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { employ, pharmacistAt } from '../testkit/staff.ts';
import { line, openStock, type Place, sku, type StockBench } from './stock-bench.ts';

const DAY = 24 * 3_600_000;
const FOLLOW = `subscription ($id: ID!, $after: Int! = 0) {
  stockAlertRaised(pharmacyId: $id, afterSeq: $after) {
    seq kind available threshold raisedAt sku { id name } warehouse { name pharmacy { name } }
  }
}`;
const token = () => tokenOf('吴芳');

let bench: StockBench;
beforeAll(async () => {
  bench = await openStock();
});
afterAll(() => bench.close());

const follow = (place: Place, as: string, after = 0) =>
  subscribe(FOLLOW, { id: place.pharmacyId, after }, { token: as });
const threshold = ({ pharmacyId, staff }: Place, code: string, packs: number) =>
  bench.stockThresholds.set(staff, {
    pharmacyId,
    skuId: sku(code),
    threshold: packs,
    idempotencyKey: randomUUID(),
  });
const alertsOf = ({ pharmacyId }: Place) =>
  bench.rows<{ seq: number; id: string; available: number; sku_id: string }>(
    'SELECT seq, id, available, sku_id FROM stock_alert WHERE pharmacy_id = ? ORDER BY seq',
    [pharmacyId],
  );

test('stock that falls below its threshold raises one alert live, and again after it had recovered', async () => {
  const place = await bench.newPlace();
  await bench.receive(place, 'D026', 21);
  const reader = follow(place, await pharmacistAt(place.pharmacyId));
  try {
    const first = reader.next();
    const orderId = newId('ord');
    await bench.order(place, [line('D026')], newId('ord'));
    await bench.order(place, [line('D026', 2)], orderId);
    expect(await first).toMatchObject({
      data: {
        stockAlertRaised: {
          seq: 1,
          kind: 'LOW_STOCK',
          available: 18,
          threshold: 20,
          sku: { name: '苯磺酸氨氯地平片' },
          warehouse: { name: '药库', pharmacy: { name: '测试药房' } },
        },
      },
    });
    await bench.order(place, [line('D026')]);
    const second = reader.next();
    await bench.receive(place, 'D026', 5);
    await bench.order(place, [line('D026', 4)]);
    expect(await second).toMatchObject({ data: { stockAlertRaised: { seq: 2, available: 18 } } });
  } finally {
    await reader.close();
  }
  const alerts = await alertsOf(place);
  expect(alerts.map(({ available }) => available)).toEqual([18, 18]);
  const facts = await bench.rows<{ payload: string }>(
    "SELECT payload FROM outbox_event WHERE type = 'stock.low' AND aggregateid IN (?) ORDER BY id",
    [alerts.map(({ id }) => id)],
  );
  expect(facts.map(({ payload }) => JSON.parse(payload) as object)).toMatchObject([
    { pharmacyId: place.pharmacyId, skuId: sku('D026'), available: 18, threshold: 20 },
    { pharmacyId: place.pharmacyId, skuId: sku('D026'), available: 18, threshold: 20 },
  ]);
});

test('who comes back with a cursor gets what was missed; numbers have no gap, however many fall at once', async () => {
  const place = await bench.newPlace();
  const codes = Array.from({ length: 12 }, (_, index) => `D0${30 + index}`);
  for (const code of codes) await bench.receive(place, code, 20);
  const pharmacist = await pharmacistAt(place.pharmacyId);
  const before = follow(place, pharmacist);
  const waiting = before.next();
  await bench.order(place, [line(codes[0] ?? '')]);
  expect(await waiting).toMatchObject({ data: { stockAlertRaised: { seq: 1 } } });
  await before.close();
  await Promise.all(codes.slice(1).map((code) => bench.order(place, [line(code)])));
  const after = follow(place, pharmacist, 1);
  try {
    for (let seq = 2; seq <= codes.length; seq += 1) {
      expect(await after.next()).toMatchObject({ data: { stockAlertRaised: { seq } } });
    }
  } finally {
    await after.close();
  }
  const alerts = await alertsOf(place);
  expect(alerts.map(({ seq }) => seq)).toEqual(codes.map((_, index) => index + 1));
  expect(new Set(alerts.map((each) => each.sku_id)).size).toBe(codes.length);
});

test('who loses the right is shown nothing more, on a subscription that is open too', async () => {
  const place = await bench.newPlace();
  await bench.receive(place, 'D026', 21);
  await bench.receive(place, 'D027', 21);
  const { accountId, accessToken } = await logInAnew();
  const grant = { accountId, role: 'PHARMACIST', scope: 'PHARMACY', scopeId: place.pharmacyId };
  const admin = { token: tokenOf('郑管理') };
  const change = (verb: 'grantRole' | 'revokeRole') =>
    data(`mutation ($input: ChangeGrantInput!) { ${verb}(input: $input) { id } }`, { input: grant }, admin);
  const levels = async () =>
    (
      await ask(
        'query ($id: ID!) { stockLevels(pharmacyId: $id, first: 1) { edges { node { available } } } }',
        { id: place.pharmacyId },
        { token: accessToken },
      )
    ).errors[0]?.extensions.code;
  await employ({ accessToken }, { institutionId: place.pharmacyId });
  await until(async () => (await levels()) === undefined);
  const reader = subscribe(FOLLOW, { id: place.pharmacyId }, { token: accessToken });
  try {
    const first = reader.next();
    await bench.order(place, [line('D026', 2)]);
    expect(await first).toMatchObject({ data: { stockAlertRaised: { seq: 1 } } });
    await change('revokeRole');
    await until(async () => (await levels()) !== undefined);
    const second = reader.next();
    await bench.order(place, [line('D027', 2)]);
    const told = await second;
    expect(told).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(JSON.stringify(told)).not.toContain('available":');
  } finally {
    await reader.close();
  }
});

test('an order that fails leaves no alert, and no gap', async () => {
  const place = await bench.newPlace();
  await bench.receive(place, 'D050', 20);
  await bench.receive(place, 'D051', 20);
  const failing = bench.db.transaction(async (tx) => {
    const expiresAt = new Date();
    const orderId = newId('ord');
    await bench.stock.hold(tx, { orderId, pharmacyId: place.pharmacyId, lines: [line('D050')], expiresAt });
    throw new Error('the order failed');
  });
  await expect(failing).rejects.toThrow('the order failed');
  expect(await alertsOf(place)).toEqual([]);
  await bench.order(place, [line('D051')]);
  expect(await alertsOf(place)).toMatchObject([{ seq: 1, sku_id: sku('D051') }]);
});

test('a batch that expires makes stock low without anybody buying', async () => {
  const place = await bench.newPlace();
  await bench.receive(place, 'D052', 30, 3);
  await bench.receive(place, 'D052', 5, 300);
  bench.clock.ahead = 4 * DAY;
  try {
    await until(async () => {
      await bench.stockWatch.sweep();
      return (await alertsOf(place)).length > 0;
    });
    expect(await alertsOf(place)).toMatchObject([{ seq: 1, available: 5 }]);
  } finally {
    bench.clock.ahead = 0;
  }
});

test('a threshold set to what is there lets the next sale raise the alert', async () => {
  const place = await bench.newPlace();
  await bench.receive(place, 'D053', 100);
  await threshold(place, 'D053', 100);
  expect(await alertsOf(place)).toEqual([]);
  await bench.order(place, [line('D053')]);
  expect(await alertsOf(place)).toMatchObject([{ seq: 1, available: 99 }]);
});

test('only who reads the stock of that pharmacy may follow its alerts', async () => {
  const place = await bench.newPlace();
  const { accessToken } = await logInAnew();
  const elsewhere = await bench.newPlace();
  await employ({ accessToken }, { institutionId: elsewhere.pharmacyId });
  const codeOf = async (id: string, as: string | undefined) => {
    const reader = subscribe(FOLLOW, { id }, { token: as });
    const answer = (await reader.next()) as { errors?: { extensions: { code: string } }[] };
    await reader.close();
    return answer.errors?.[0]?.extensions.code;
  };
  expect(await codeOf(place.pharmacyId, accessToken)).toBe('NOT_FOUND');
  expect(await codeOf(newId('pha'), accessToken)).toBe('NOT_FOUND');
  expect(await codeOf(place.pharmacyId, tokenOf('李晓梅'))).toBe('NOT_FOUND');
  expect(await codeOf(place.pharmacyId, undefined)).toBe('UNAUTHENTICATED');
  expect(await codeOf(stableId('whs', 'demo-warehouse-01'), token())).toBe('BAD_ID');
});
