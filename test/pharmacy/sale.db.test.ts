import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../shared/ids/ids.ts';
import { ask, data } from '../testkit/client.ts';
import { logInAnew } from '../testkit/login.ts';
import { until } from '../testkit/platform.ts';
import { pharmacistAt } from '../testkit/staff.ts';
import { type Buyer, newBuyer, start, START, tell, told } from './buyer.ts';
import { CHECKS, newTraceCode, type OrderKit, orderKit, RX_SKU } from './order-kit.ts';

let kit: OrderKit;
beforeAll(async () => {
  kit = await orderKit('platform');
});
afterAll(() => kit.close());

const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
  id status total insurancePart patientPart version lines { quantity total sku { id } } insurance { status fundPart }
} }`;
const ORDER = 'query ($id: ID!) { order(id: $id) { status version payment { status } } }';

interface Placed {
  readonly id: string;
  readonly status: string;
  readonly total: string;
  readonly insurancePart: string;
  readonly patientPart: string;
}

/** A new order on a new prescription in a pharmacy of its own. */
async function ordered(buyer: Buyer, more: object = {}) {
  const pharmacy = await kit.pharmacy({ skuId: RX_SKU, packs: 5 });
  const prescriptionId = await kit.prescription(buyer.accountId, buyer.patientId);
  const input = { prescriptionId, pharmacyId: pharmacy.id, idempotencyKey: randomUUID(), ...more };
  const place = () => ask(PLACE, { input }, { token: buyer.token });
  const answer = await place();
  return { pharmacy, place, errors: answer.errors, order: answer.data?.placeOrder as Placed };
}

const statusOf = async (buyer: Buyer, id: string) => {
  const { order } = await data(ORDER, { id }, { token: buyer.token });
  return order as { status: string; version: number; payment: { status: string } | null };
};
const reaches = (buyer: Buyer, id: string, status: string) =>
  until(async () => (await statusOf(buyer, id)).status === status, 25_000);
/** A callback is not the buyer's own write: the replica that answers the buyer has its effect a moment later. */
const paymentReaches = (buyer: Buyer, id: string, status: string) =>
  until(async () => (await statusOf(buyer, id)).payment?.status === status);

const settlementsOf = ({ certNo }: Buyer) => told<{ state: string }[]>(`insurance.json?certNo=${certNo}`);

test('insured, paid with a doubled callback, handed out, traced: and strangers see nothing of it', async () => {
  const buyer = await newBuyer();
  const { order, pharmacy } = await ordered(buyer, { useInsurance: true });
  // Two packs at 11.80: 70 of a hundred are the fund's.
  expect(order).toMatchObject({
    status: 'PENDING_PAYMENT',
    total: '23.60',
    insurancePart: '16.52',
    patientPart: '7.08',
    insurance: { status: 'SETTLED', fundPart: '16.52' },
  });
  const payment = await start(buyer, order.id);
  expect(payment.amount).toBe('7.08');
  expect((await fetch(payment.payUrl)).status).toBe(200);
  const { answers } = await tell(`payments/${payment.id}/pay`, { callback: 'twice' });
  expect(answers).toEqual([200, 200]);
  await paymentReaches(buyer, order.id, 'SUCCEEDED');
  expect(await statusOf(buyer, order.id)).toMatchObject({ status: 'PAID' });

  const pharmacist = await pharmacistAt(pharmacy.id);
  const traceCode = newTraceCode();
  const input = {
    orderId: order.id,
    checks: CHECKS,
    lines: [{ skuId: RX_SKU, traceCodes: [traceCode, newTraceCode()] }],
    idempotencyKey: randomUUID(),
  };
  const DISPENSE = `mutation ($input: DispenseInput!) { dispense(input: $input) {
    id pharmacist { id } checks { passed } lines { quantity traceCodes sku { id } batch { lot supplier { name } } }
  } }`;
  expect((await ask(DISPENSE, { input }, { token: buyer.token })).errors[0]?.extensions.code).toBe(
    'FORBIDDEN',
  );
  const { dispense } = await data(DISPENSE, { input }, { token: pharmacist });
  expect(dispense).toMatchObject({ lines: [{ quantity: 2, batch: { supplier: { name: '测试供应商' } } }] });

  const TRACE = `query ($code: String!) { trace(code: $code) {
    code sku { id } dispensation { id order { id } } purchaseOrder { number } batch { lot supplier { name } }
  } }`;
  const traced = await data(TRACE, { code: traceCode }, { token: pharmacist });
  expect(traced.trace).toMatchObject({
    sku: { id: RX_SKU },
    dispensation: { order: { id: order.id } },
    batch: { lot: pharmacy.batches[0]?.slice(-8), supplier: { name: '测试供应商' } },
  });
  const MINE =
    'query ($code: String!) { trace(code: $code) { sku { id } dispensation { lines { lot expiresOn } } } }';
  const mine = await data(MINE, { code: traceCode }, { token: buyer.token });
  expect(mine.trace).toMatchObject({ dispensation: { lines: [{ expiresOn: '2099-12-31' }] } });
  const bought = await ask(TRACE, { code: traceCode }, { token: buyer.token });
  expect(bought.data?.trace).toMatchObject({ purchaseOrder: null });

  const { accessToken: token } = await logInAnew();
  const codeOf = async (query: string, variables: object) =>
    (await ask(query, variables, { token })).errors[0]?.extensions.code;
  expect(await codeOf(ORDER, { id: order.id })).toBe('NOT_FOUND');
  expect(await codeOf(TRACE, { code: traceCode })).toBe('NOT_FOUND');
  expect(await codeOf('query ($id: ID!) { payment(id: $id) { id } }', { id: payment.id })).toBe('NOT_FOUND');
  const { id } = dispense as { id: string };
  expect(await codeOf('query ($id: ID!) { dispensation(id: $id) { id } }', { id })).toBe('NOT_FOUND');
  const PATIENT = 'query ($id: ID!) { patient(id: $id) { orders { edges { node { id } } } } }';
  const own = await data(PATIENT, { id: buyer.patientId }, { token: buyer.token });
  expect(own.patient).toEqual({ orders: { edges: [{ node: { id: order.id } }] } });
});

test('a callback that never comes is made good, a refused payment is made anew', async () => {
  const buyer = await newBuyer();
  const { order } = await ordered(buyer);
  const first = await start(buyer, order.id);
  await tell(`payments/${first.id}/decline`, { callback: 'once' });
  await paymentReaches(buyer, order.id, 'DECLINED');
  const second = await start(buyer, order.id);
  expect(second.id).not.toBe(first.id);
  await tell(`payments/${second.id}/pay`, { callback: 'never' });
  await reaches(buyer, order.id, 'PAID');
});

test('callbacks out of order end where the money is', async () => {
  const buyer = await newBuyer();
  const { order } = await ordered(buyer);
  const payment = await start(buyer, order.id);
  await tell(`payments/${payment.id}/decline`, { callback: 'never' });
  await tell(`payments/${payment.id}/pay`, { callback: 'never' });
  const { answers } = await tell(`payments/${payment.id}/callbacks`, { backwards: true });
  expect(answers).toEqual([200, 200]);
  await paymentReaches(buyer, order.id, 'SUCCEEDED');
  expect(await statusOf(buyer, order.id)).toMatchObject({ status: 'PAID' });
});

test('an order cancelled while its payment is under way: the money goes back though an answer is lost', async () => {
  const buyer = await newBuyer();
  const { order } = await ordered(buyer);
  const payment = await start(buyer, order.id);
  await tell(`payments/${payment.id}/pay`, { callback: 'never' });
  await tell(`payments/${payment.id}/lost-refund-answers`, { times: 1 });
  const { version } = await statusOf(buyer, order.id);
  await data(
    'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { status } }',
    { input: { orderId: order.id, expectedVersion: version, idempotencyKey: randomUUID() } },
    { token: buyer.token },
  );
  await until(async () => (await statusOf(buyer, order.id)).payment?.status === 'REFUNDED', 25_000);
  expect(await told<object>(`payments/${payment.id}`)).toMatchObject({ state: 'PAID', refundedFen: 2360 });
});

test('a lost answer of the insurer: the fund pays once, and the parts add up', async () => {
  const buyer = await newBuyer();
  await tell('insurance/faults', { certNo: buyer.certNo, fault: 'ANSWER_LOST' });
  const { order, place } = await ordered(buyer, { useInsurance: true });
  expect(order).toMatchObject({ total: '23.60', insurancePart: '16.52', patientPart: '7.08' });
  expect((await place()).data?.placeOrder).toMatchObject({ id: order.id, patientPart: '7.08' });
  const states = (await settlementsOf(buyer)).map((each) => each.state);
  expect(states.toSorted()).toEqual(['COMPENSATED', 'SETTLED']);
});

test('where the insurer refuses there is no order, the same for a retry, and all is free for another one', async () => {
  const buyer = await newBuyer();
  await tell('insurance/faults', { certNo: buyer.certNo, fault: 'REFUSED' });
  const { errors, place, pharmacy } = await ordered(buyer, { useInsurance: true });
  expect(errors[0]?.extensions).toMatchObject({
    code: 'INSURANCE_REFUSED',
    params: { reason: '待遇享受状态异常' },
  });
  expect((await place()).errors[0]?.extensions.code).toBe('INSURANCE_REFUSED');
  expect(await kit.batch(pharmacy.batches[0] ?? '')).toEqual({ available: 5, held: 0, sold: 0 });
  expect(await settlementsOf(buyer)).toEqual([]);
  const child = await newBuyer(null);
  const refused = await ordered(child, { useInsurance: true });
  expect(refused.errors[0]?.extensions.code).toBe('INSURANCE_REFUSED');
});

test('an insured order that is cancelled takes the settlement back', async () => {
  const buyer = await newBuyer();
  const { order } = await ordered(buyer, { useInsurance: true });
  const { version } = await statusOf(buyer, order.id);
  await data(
    'mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { status } }',
    { input: { orderId: order.id, expectedVersion: version, idempotencyKey: randomUUID() } },
    { token: buyer.token },
  );
  await until(async () => {
    const settlements = await settlementsOf(buyer);
    return settlements.length === 1 && settlements[0]?.state === 'REVERSED';
  }, 15_000);
});

test('nothing is paid for that is not there', async () => {
  const buyer = await newBuyer();
  for (const [type, id] of [
    ['ORDER', newId('ord')],
    ['APPOINTMENT', newId('apt')],
    ['CONSULTATION', newId('con')],
  ]) {
    const input = { payable: { type, id }, idempotencyKey: randomUUID() };
    const { errors } = await ask(START, { input }, { token: buyer.token });
    expect(errors[0]?.extensions.code, type).toBe('NOT_PAYABLE');
  }
});
