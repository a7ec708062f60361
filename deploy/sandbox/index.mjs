import { Callbacks } from './callbacks.mjs';
import { serverFor } from './http.mjs';
import { insurerRoutes } from './insurer-envelope.mjs';
import { OrderBook } from './order-book.mjs';
import { paymentTestRoutes } from './payment-tests.mjs';
import { LostAnswers, merchantRoutes, personRoutes } from './payments.mjs';
import { smsRoutes } from './sms.mjs';
import { wechatPersonRoutes, wechatRoutes, WechatScript } from './wechat.mjs';
import { WechatPeople } from './wechat-people.mjs';

// What a development machine has in the place of the outside world: an inbox for the text messages that it sends, a
// payment provider, an insurer and WeChat.
if (process.env.YEY_MODE === 'production') {
  console.error('CONFIG_INVALID: YEY_MODE: the sandbox is for development only');
  process.exit(1);
}
const {
  SANDBOX_PORT,
  SANDBOX_URL,
  SANDBOX_FILE,
  PAYMENT_CALLBACK_KEY,
  PAYMENT_CALLBACK_URL,
  INSURANCE_SECRET_KEY,
  WECHAT_APPS,
} = process.env;
const key = PAYMENT_CALLBACK_KEY ?? '';
const book = new OrderBook(SANDBOX_FILE);
const callbacks = new Callbacks(PAYMENT_CALLBACK_URL ?? '', key);
const lost = new LostAnswers();
const wechat = { people: new WechatPeople(JSON.parse(WECHAT_APPS || '{}')), script: new WechatScript() };

const server = serverFor([
  ['GET', /^\/healthz$/, () => ({ body: { status: 'ok' } })],
  ...smsRoutes(),
  ...merchantRoutes({ book, key, url: SANDBOX_URL ?? '', lost }),
  ...personRoutes({ book, callbacks }),
  ...paymentTestRoutes({ book, callbacks, lost }),
  ...insurerRoutes(INSURANCE_SECRET_KEY ?? ''),
  ...wechatRoutes(wechat),
  ...wechatPersonRoutes(wechat),
]);
server.on('error', (error) => {
  console.error(`START_FAILED: the sandbox cannot listen: ${error.message}`);
  process.exitCode = 1;
});

server.listen(Number(SANDBOX_PORT), '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
