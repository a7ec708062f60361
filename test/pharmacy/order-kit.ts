import { randomInt, randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { Actor } from '../../shared/context/actor.ts';
import type { PrescriptionSnapshot } from '../../shared/events/prescription-snapshot.ts';
import { type Foundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { SkuStore } from '../../subgraphs/pharmacy/catalogue/sku.store.ts';
import { loadPharmacyConfig } from '../../subgraphs/pharmacy/config.ts';
import { database } from '../../subgraphs/pharmacy/datasource.ts';
import { insurancePluginOf } from '../../subgraphs/pharmacy/insurance/insurance.wiring.ts';
import { wireOrders } from '../../subgraphs/pharmacy/order/order.wiring.ts';
import { PayableType } from '../../subgraphs/pharmacy/payment/payment.entity.ts';
import { providerSignature } from '../../subgraphs/pharmacy/payment/provider-signature.ts';
import { SandboxPaymentProvider } from '../../subgraphs/pharmacy/payment/sandbox-provider.ts';
import { ReviewItem } from '../../subgraphs/pharmacy/review/review-items.ts';
import { wireReview } from '../../subgraphs/pharmacy/review/review.wiring.ts';
import { hashOf } from '../../subgraphs/pharmacy/review/snapshot-vault.ts';
import { wireStock } from '../../subgraphs/pharmacy/stock/stock.wiring.ts';
import { benchEnvironment } from '../testkit/platform.ts';
import { type OwnPharmacy, ownPharmacy } from './own-pharmacy.ts';
import { FakeProvider } from './payment-kit.ts';

export const DOCTOR = stableId('acc', 'demo-doctor-01');
export const CHECKS = Object.values(ReviewItem).map((item) => ({ item, passed: true }));
export const RX_SKU = stableId('sku', 'D001');
const DAY_MS = 24 * 3_600_000;

export type AccountActor = Extract<Actor, { readonly kind: 'account' }>;

export const accountActor = (accountId: string = newId('acc')): AccountActor => ({
  kind: 'account',
  accountId,
  sessionId: newId('ses'),
  grants: [],
});

/** A pharmacist of one pharmacy. */
export const pharmacistOf = (pharmacyId: string, accountId: string = newId('acc')): AccountActor => {
  const permissions = ['prescription.dispense', 'order.read', 'stock.read'];
  return {
    ...accountActor(accountId),
    grants: [{ role: 'PHARMACIST', permissions, scope: 'PHARMACY', scopeId: pharmacyId }],
  };
};

export const newTraceCode = () => `8${Array.from({ length: 19 }, () => randomInt(10)).join('')}`;

export interface Packs {
  readonly skuId: string;
  readonly packs: number;
  readonly expiresOn?: string;
}

interface Place {
  readonly id: string;
  readonly warehouse: string;
  readonly supplier: string;
  readonly purchase: string;
}

interface SheetWishes {
  readonly quantity?: number;
  readonly status?: 'APPROVED' | 'PENDING' | 'REJECTED';
  readonly validForMs?: number;
}

/** The tables of the running platform, for tests that go through its router; they leave the clock and the jobs alone. */
async function platformPharmacy(): Promise<OwnPharmacy> {
  const config = loadPharmacyConfig(benchEnvironment(inject('platformDir')));
  return { ...(await layFoundation(config, database)), config };
}

/** Orders in a schema of their own, with a payment provider in memory and a clock that the test moves. */
export async function orderKit(where: 'own' | 'platform' = 'own') {
  const laid = where === 'own' ? await ownPharmacy() : await platformPharmacy();
  const { config } = laid;
  const clock = { now: new Date() };
  const now = () => clock.now;
  const foundation: Foundation = { ...laid.foundation, now };
  const { db } = foundation;
  const skus = new SkuStore(db);
  const reviewing = wireReview(foundation, skus);
  const key = config.own.PAYMENT_CALLBACK_KEY ?? '';
  const verifier = new SandboxPaymentProvider('http://127.0.0.1:1', key, now);
  const provider = new FakeProvider((message, at) => verifier.readCallback(message, at));
  const insurer = insurancePluginOf(config, () => new Date());
  const { stock, stockGate: gate } = wireStock(foundation);
  const ground = { skus, prescriptions: reviewing.prescriptions, stock, gate, limits: config.own };
  const services = wireOrders(foundation, ground, { provider, insurer });
  const rows = <T>(sql: string, values: unknown[] = []) =>
    db.readPrimary<T[]>((manager) => manager.query(sql, values));
  const run = (sql: string, values: unknown[]) =>
    db.transaction(async ({ manager }) => {
      await manager.query(sql, values);
    });
  const [free] = await rows<{ id: string }>(
    'SELECT id FROM sku WHERE is_prescription = 0 AND is_online_forbidden = 0 ORDER BY code LIMIT 1',
  );
  /** Puts a batch on the shelf. */
  const restock = async (
    { id, warehouse, supplier, purchase }: Place,
    { skuId, packs, expiresOn = '2099-12-31' }: Packs,
  ): Promise<string> => {
    const batch = newId('bat');
    await run(
      `INSERT INTO batch (id, pharmacy_id, warehouse_id, sku_id, supplier_id, purchase_order_id, lot, expires_on,
         unit_cost, received, available, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '1.000000', ?, ?, ?)`,
      [batch, id, warehouse, skuId, supplier, purchase, batch.slice(-8), expiresOn, packs, packs, clock.now],
    );
    return batch;
  };
  const orderStatus = async (id: string) => (await services.orders.current(id))?.status;

  return {
    ...services,
    ...reviewing,
    clock,
    foundation,
    provider,
    rows,
    run,
    orderStatus,
    freeSku: free?.id ?? '',
    close: laid.close,
    pass: (seconds: number) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },

    /** A pharmacy of the test's own with batches of so many packs. */
    pharmacy: async (...batches: Packs[]) => {
      const id = newId('pha');
      const warehouse = newId('whs');
      const purchase = newId('pur');
      const supplier = newId('sup');
      await run('INSERT INTO pharmacy (id, name, city, address) VALUES (?, ?, ?, ?)', [
        id,
        '测试药房',
        '上海',
        '测试路1号',
      ]);
      await run('INSERT INTO warehouse (id, pharmacy_id, name) VALUES (?, ?, ?)', [warehouse, id, '仓']);
      await run('INSERT INTO supplier (id, name, licence_number) VALUES (?, ?, ?)', [
        supplier,
        '测试供应商',
        '沪A1',
      ]);
      await run(
        'INSERT INTO purchase_order (id, pharmacy_id, supplier_id, number, recorded_at) VALUES (?, ?, ?, ?, ?)',
        [purchase, id, supplier, randomUUID(), clock.now],
      );
      const place = { id, warehouse, supplier, purchase };
      const made: string[] = [];
      for (const wanted of batches) made.push(await restock(place, wanted));
      return { ...place, batches: made };
    },
    restock,

    /** What became of the packs of a batch. */
    batch: async (id: string) => {
      const [row] = await rows<{ available: number; held: number; sold: number }>(
        'SELECT available, held, sold FROM batch WHERE id = ?',
        [id],
      );
      return row;
    },

    /** A signed prescription of demo-doctor-01 for one medicine, as the pharmacists left it. */
    prescription: async (
      accountId: string,
      patientId: string,
      { quantity = 2, status = 'APPROVED', validForMs = 2 * DAY_MS }: SheetWishes = {},
    ): Promise<string> => {
      const prescriptionId = newId('rxn');
      const sheet: PrescriptionSnapshot = {
        prescriptionId,
        version: 1,
        consultationId: newId('con'),
        hospitalId: stableId('hos', 'H001'),
        hospitalName: '测试医院',
        departmentName: '内科',
        doctorId: stableId('doc', 'demo-doctor-01'),
        doctorAccountId: DOCTOR,
        doctorName: '王建国',
        patientId,
        patientAccountId: accountId,
        patientName: '钱大勇',
        patientSex: 'MALE',
        patientAgeYears: 40,
        diagnoses: [{ code: 'J02.9', name: '急性咽炎' }],
        lines: [
          {
            lineId: newId('rxl'),
            skuId: RX_SKU,
            name: '阿莫西林胶囊',
            strength: '0.25g',
            quantity,
            doseValue: '0.5',
            doseUnit: 'g',
            timesPerDay: 3,
            route: '口服',
            days: 3,
            instructions: '饭后服用',
          },
        ],
        overrides: [],
        signedAt: clock.now.toISOString(),
        validUntil: new Date(clock.now.getTime() + validForMs).toISOString(),
        hash: '',
        signature: { algorithm: 'Ed25519', keyId: 'key_test', value: 'c2ln' },
      };
      const payload = { ...sheet, hash: hashOf(sheet) };
      const head = { seq: 1, version: 1, aggregateType: 'Prescription', aggregateId: prescriptionId };
      const rest = {
        aggregateVersion: 1,
        occurredAt: clock.now,
        actor: DOCTOR,
        requestId: 't',
        traceparent: '',
      };
      await db.transaction((tx) =>
        reviewing.snapshotIntake.take(tx, {
          id: newId('evt'),
          type: 'prescription.signed',
          ...head,
          ...rest,
          payload,
        }),
      );
      await run(
        'UPDATE prescription_review SET status = ?, pharmacist_account_id = ? WHERE prescription_id = ?',
        [status, newId('acc'), prescriptionId],
      );
      return prescriptionId;
    },

    place: (actor: Actor, pharmacyId: string, more: object, idempotencyKey: string = randomUUID()) =>
      services.orderPlacing.place(actor, { pharmacyId, useInsurance: false, idempotencyKey, ...more }),

    pay: async (actor: Actor, orderId: string) => {
      const payable = { type: PayableType.ORDER, id: orderId };
      return services.paymentStart.start(actor, { payable, idempotencyKey: randomUUID() });
    },

    /** The provider's callback of a success. */
    succeed: async (paymentId: string) => {
      const payment = await services.payments.current(paymentId);
      const occurredAt = clock.now.toISOString();
      const { amountFen } = payment ?? {};
      const fact = { type: 'PAYMENT_SUCCEEDED', outTradeNo: paymentId, tradeNo: 't', amountFen, occurredAt };
      const body = JSON.stringify({ notificationId: randomUUID(), ...fact });
      const message = { method: 'POST', path: '/callbacks/payments', body };
      const timestamp = String(Math.floor(clock.now.getTime() / 1000));
      const signature = providerSignature(key, message, timestamp);
      return services.paymentCallbacks.handle({
        path: message.path,
        body,
        headers: { 'x-pay-timestamp': timestamp, 'x-pay-signature': signature },
      });
    },
  };
}

export type OrderKit = Awaited<ReturnType<typeof orderKit>>;
