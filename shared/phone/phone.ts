import { AppError } from '../errors/app-error.ts';

/**
 * A mainland mobile number in E.164 (`+8613800000001`) from what people type: spaces, hyphens, with or without
 * country code. Nothing but ASCII digits counts, so that look-alikes are no second name of the same number.
 * @throws AppError BAD_PHONE
 */
export function normalisePhone(text: string): string {
  const compact = text.replace(/[ -]/g, '').replace(/^(\+86|0086)/, '');
  if (/^1[3-9][0-9]{9}$/.test(compact)) return `+86${compact}`;
  throw new AppError('BAD_PHONE');
}

/** `138****0001` @param phone E.164 of the mainland */
export function maskPhone(phone: string): string {
  return `${phone.slice(3, 6)}****${phone.slice(-4)}`;
}
