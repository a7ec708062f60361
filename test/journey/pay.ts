import { randomUUID } from 'node:crypto';
import { must, type Walker } from './walker.ts';

/** Pays through the provider: a payment here, the money there, and the provider's call back. */
export async function pay(
  walker: Walker,
  payer: { name: string; token: string },
  payable: { type: 'APPOINTMENT' | 'ORDER'; id: string },
): Promise<void> {
  const payment = await walker.ask<{ id: string; payUrl: string; amount: string }>(
    payer,
    'mutation ($input: StartPaymentInput!) { startPayment(input: $input) { id status amount payUrl } }',
    { input: { payable, idempotencyKey: randomUUID() } },
  );
  must(/^\d+\.\d\d$/.test(payment.amount), 'an amount is text with two decimals');
  await walker.outside(`${payment.payUrl}/pay`, {});
  await walker.eventually<{ status: string }>(
    payer,
    'query ($id: ID!) { payment(id: $id) { status } }',
    { id: payment.id },
    ({ status }) => status === 'SUCCEEDED',
  );
}
