import { AppError } from '../../../shared/errors/app-error.ts';
import type { SmsSender } from './sms-sender.ts';

/** Where no provider of text messages is configured, which the log told at the start. */
export const noSmsSender: SmsSender = {
  sendLoginCode: async () => {
    throw new AppError('SMS_FAILED');
  },
};
