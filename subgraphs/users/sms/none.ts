import type { SmsSender } from './sms-sender.ts';

/** Where no provider of text messages is configured: every attempt fails with SMS_FAILED, and the log says why. */
export const noSmsSender: SmsSender = {
  sendLoginCode: async () => {
    throw new Error('no provider of text messages is configured');
  },
};
