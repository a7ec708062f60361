import type { SmsSender } from './sms-sender.ts';

/** Prints instead of sending: for a development machine without a sandbox, refused in production. */
export const consoleSmsSender: SmsSender = {
  sendLoginCode: async (phone, code) => {
    console.log(`SMS ${phone}: 验证码 ${code}`);
  },
};
