import { AppError } from '../../../shared/errors/app-error.ts';
import type { PaymentProvider } from './payment-provider.ts';

const refuse = async (): Promise<never> => {
  throw new AppError('PAYMENT_UNAVAILABLE', {}, { cause: new Error('no payment provider is configured') });
};

/** Where no provider is configured: nothing can be paid, and no callback is believed. */
export const noPaymentProvider: PaymentProvider = {
  createOrder: refuse,
  query: refuse,
  close: refuse,
  refund: refuse,
  readCallback: () => undefined,
};
