import { randomInt } from 'node:crypto';
import { assert, asyncProperty, integer } from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { newId } from '../../shared/ids/ids.ts';
import type { InsurancePlugin, InsuranceSplit } from '../../subgraphs/pharmacy/insurance/insurance-plugin.ts';
import {
  InsuranceSettlement,
  SettlementStatus,
} from '../../subgraphs/pharmacy/insurance/insurance-settlement.entity.ts';
import { insurancePluginOf, wireInsurance } from '../../subgraphs/pharmacy/insurance/insurance.wiring.ts';
import { environmentOf } from '../testkit/platform.ts';
import { ownPharmacy } from './own-pharmacy.ts';

const { OPEN, SETTLING, SETTLED, COMPENSATING, FAILED, REVERSED } = SettlementStatus;

let sandbox = '';
let plugin: InsurancePlugin;
let foundation: Foundation;
let services: ReturnType<typeof wireInsurance>;
let close: () => Promise<void>;
/** The insurer's calls are made by the real clock, all else by this one. */
let now = new Date();

beforeAll(async () => {
  const env = environmentOf(inject('platformDir'));
  sandbox = env.SANDBOX_URL ?? '';
  const laid = await ownPharmacy();
  plugin = insurancePluginOf(laid.config, () => new Date());
  foundation = { ...laid.foundation, now: () => now };
  services = wireInsurance(foundation, plugin);
  close = laid.close;
});
afterAll(() => close());

const newCertNo = () => `${randomInt(100_000, 999_999)}19800101${randomInt(1000, 9999)}`;
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};

const fault = async (certNo: string, kind: string, infno = '2207', times = 1) => {
  const body = JSON.stringify({ certNo, infno, fault: kind, times });
  expect((await fetch(`${sandbox}/sandbox/insurance/faults`, { method: 'POST', body })).status).toBe(200);
};

interface Told {
  readonly msgid: string;
  readonly state: string;
  readonly totalFen: number;
  readonly fundFen: number;
}

/** What the insurer has of a person. */
const told = async (certNo: string): Promise<Told[]> =>
  (await (await fetch(`${sandbox}/sandbox/insurance.json?certNo=${certNo}`)).json()) as Told[];

/** An order that waits for its settlement. */
async function opened(totalFen: number) {
  const orderId = newId('ord');
  const order = { orderId, accountId: newId('acc'), pharmacyId: newId('pha'), totalFen };
  await foundation.db.transaction((tx) => services.insurance.open(tx, order));
  const applied: InsuranceSplit[] = [];
  const waiting = { isWanted: true };
  const certNo = newCertNo();
  return {
    orderId,
    certNo,
    applied,
    waiting,
    settle: () =>
      services.insurance.settle(
        orderId,
        { certNo, name: '张三' },
        {
          lock: async () => waiting.isWanted,
          apply: async (_tx, split) => void applied.push(split),
        },
      ),
    giveUp: () => foundation.db.transaction((tx) => services.insurance.giveUp(tx, orderId)),
    current: () => services.settlements.current(orderId),
  };
}

test('whatever the amount, the parts of fund and person make the whole', async () => {
  const certNo = newCertNo();
  const call = { certNo, visitId: 'v', operatorId: 'o' };
  let sequence = randomInt(5000);
  const next = () => plugin.messageIdOf(new Date(), (sequence += 1));
  const personNo = await plugin.findPerson({ messageId: next(), ...call, name: '张三' });
  await assert(
    asyncProperty(integer({ min: 1, max: 99_999_999 }), async (totalFen) => {
      const request = { messageId: next(), personNo, totalFen, ...call };
      const { fundFen, personalFen } = await plugin.preSettle(request);
      expect(fundFen + personalFen).toBe(totalFen);
      expect(Math.abs(fundFen * 10 - totalFen * 7)).toBeLessThanOrEqual(5);
    }),
    { numRuns: 60 },
  );
});

test('a settlement is made once for its message, and is there to be reversed', async () => {
  const order = await opened(10_001);
  const settlement = await order.settle();
  expect(settlement).toMatchObject({ status: SETTLED, fundFen: 7001, personalFen: 3000 });
  expect(order.applied).toEqual([
    { totalFen: 10_001, fundFen: 7001, personalFen: 3000, settlementNo: settlement?.settlementNo },
  ]);
  expect(await order.settle()).toMatchObject({ status: SETTLED });
  expect(await told(order.certNo)).toMatchObject([{ state: 'SETTLED', totalFen: 10_001, fundFen: 7001 }]);
  await Promise.all([order.giveUp(), order.giveUp()]);
  await Promise.all([services.insurance.sweep(), services.insurance.sweep()]);
  expect(await order.current()).toMatchObject({ status: REVERSED });
  expect(await told(order.certNo)).toMatchObject([{ state: 'REVERSED' }]);
});

test('a lost answer is compensated before it is tried again: the fund pays once', async () => {
  const order = await opened(5000);
  await fault(order.certNo, 'ANSWER_LOST');
  expect(await order.settle()).toMatchObject({ status: SETTLED, fundFen: 3500 });
  expect((await told(order.certNo)).map((each) => each.state).toSorted()).toEqual(['COMPENSATED', 'SETTLED']);
});

test('answers that stay lost leave nothing at the insurer', async () => {
  const order = await opened(5000);
  await fault(order.certNo, 'ANSWER_LOST', '2207', 9);
  expect(await order.settle()).toMatchObject({ status: FAILED, reason: null });
  expect((await told(order.certNo)).every((each) => each.state === 'COMPENSATED')).toBe(true);
  expect(order.applied).toEqual([]);
});

test('where even the compensation gets no answer, it is tried until it does', async () => {
  const order = await opened(5000);
  await fault(order.certNo, 'ANSWER_LOST');
  await fault(order.certNo, 'DOWN', '2601', 2);
  expect(await order.settle()).toMatchObject({ status: COMPENSATING });
  await services.insurance.sweep();
  expect(await order.current()).toMatchObject({ status: COMPENSATING });
  pass(3);
  await services.insurance.sweep();
  pass(5);
  await services.insurance.sweep();
  expect(await order.current()).toMatchObject({ status: FAILED });
  expect(await told(order.certNo)).toMatchObject([{ state: 'COMPENSATED' }]);
});

test('a refusal settles nothing, and says why', async () => {
  const order = await opened(5000);
  await fault(order.certNo, 'REFUSED');
  expect(await order.settle()).toMatchObject({ status: FAILED, reason: '待遇享受状态异常' });
  expect(await told(order.certNo)).toEqual([]);
});

test('a process that dies between the insurer and our row leaves nothing in doubt', async () => {
  const order = await opened(5000);
  const settlement = await order.current();
  const personNo = await plugin.findPerson({
    messageId: plugin.messageIdOf(new Date(), 1),
    certNo: order.certNo,
    name: '张三',
    operatorId: 'o',
  });
  const messageId = plugin.messageIdOf(new Date(), 6000 + randomInt(4000));
  const { id = '' } = settlement ?? {};
  await foundation.db.transaction(async ({ manager }) => {
    const sealed = services.settlements.sealPersonNo(id, personNo);
    await manager.update(InsuranceSettlement, { id }, { status: SETTLING, messageId, personNo: sealed });
  });
  const request = {
    messageId,
    personNo,
    certNo: order.certNo,
    visitId: order.orderId,
    totalFen: 5000,
    operatorId: 'o',
  };
  await plugin.settle(request);
  await services.insurance.sweep();
  expect(await order.current()).toMatchObject({ status: SETTLING });
  pass(61);
  await services.insurance.sweep();
  expect(await order.current()).toMatchObject({ status: FAILED });
  expect(await told(order.certNo)).toMatchObject([{ state: 'COMPENSATED' }]);
  // Should the call itself still be under way somewhere, it comes too late.
  await expect(plugin.settle(request)).rejects.toThrow('该交易已冲正');
});

test('an order that ends while it is being settled gets its settlement undone', async () => {
  const order = await opened(5000);
  order.waiting.isWanted = false;
  await order.settle();
  await services.insurance.sweep();
  expect(await order.current()).toMatchObject({ status: REVERSED });
  expect(order.applied).toEqual([]);
  expect(await told(order.certNo)).toMatchObject([{ state: 'REVERSED' }]);
  const other = await opened(5000);
  await other.giveUp();
  expect(await other.settle()).toMatchObject({ status: FAILED });
  expect(await told(other.certNo)).toEqual([]);
});

test('the number of the person stands in the database encrypted only', async () => {
  const order = await opened(5000);
  expect((await order.current())?.status).toBe(OPEN);
  await order.settle();
  const settlement = await order.current();
  expect(settlement?.personNo).toMatch(/^v1\./);
  expect(settlement && services.settlements.personNoOf(settlement)).toMatch(/^[0-9a-f]{22}$/);
  expect(JSON.stringify(settlement)).not.toContain(order.certNo);
});
