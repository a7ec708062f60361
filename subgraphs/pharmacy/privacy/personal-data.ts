import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { PersonalCollector } from '../../../shared/privacy/personal-collector.ts';
import type { PersonalDataServices } from '../../../shared/privacy/personal-data.resolver.ts';
import type { PersonalSource } from '../../../shared/privacy/personal-source.ts';
import { sealedColumns } from './sealed-columns.ts';

const OF_ACCOUNT = 'account_id = :account';
const OF_ORDERS = `SELECT id FROM medicine_order WHERE ${OF_ACCOUNT}`;

/** What pharmacy holds of a buyer. Sheets of prescriptions are copies of those that care tells. */
const sources: readonly PersonalSource[] = [
  {
    name: 'orders',
    about: 'Orders of medicines. 订单',
    table: 'medicine_order',
    where: `${OF_ACCOUNT} OR patient_id IN :patients`,
  },
  {
    name: 'orderLines',
    about: 'What was ordered. 订单明细',
    table: 'order_line',
    where: `order_id IN (${OF_ORDERS})`,
  },
  {
    name: 'payments',
    about: 'Payments. 支付',
    table: 'payment',
    where: 'payer_account_id = :account',
    hidden: ['live_key', 'pay_url', 'next_check_at', 'checks'],
  },
  {
    name: 'refunds',
    about: 'Refunds. 退款',
    table: 'refund',
    where: 'payment_id IN (SELECT id FROM payment WHERE payer_account_id = :account)',
    hidden: ['attempts', 'next_try_at'],
  },
  {
    name: 'insuranceSettlements',
    about: 'Settlements with the insurance. 医保结算',
    table: 'insurance_settlement',
    where: OF_ACCOUNT,
    hidden: ['attempts', 'touched_at', 'next_try_at'],
  },
  {
    name: 'dispensations',
    about: 'Medicines that were handed out. 发药',
    table: 'dispensation',
    where: OF_ACCOUNT,
    hidden: ['pharmacist_account_id'],
  },
  {
    name: 'dispensedLines',
    about: 'What was handed out. 发药明细',
    table: 'dispensation_line',
    where: `dispensation_id IN (SELECT id FROM dispensation WHERE ${OF_ACCOUNT})`,
  },
  {
    name: 'prescriptionReviews',
    about: 'Reviews of prescriptions by pharmacists. 审方',
    table: 'prescription_review',
    where: 'patient_account_id = :account',
    hidden: ['doctor_account_id', 'pharmacist_account_id'],
  },
];

export function wirePersonalData({ config, db, cipher, audit }: Foundation): PersonalDataServices {
  const { auditSchema } = config.database;
  const personalData = new PersonalCollector({ db, cipher, auditSchema, sealed: sealedColumns, sources });
  return { personalData, audit };
}
