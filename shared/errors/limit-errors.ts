import { once } from './catalogue-entry.ts';

/** Of the limits on what one account may hold of what is scarce. */
export const limitErrors = {
  TOO_MANY_UNPAID_BOOKINGS: once(
    'You hold {limit} places that are not paid yet; pay or cancel one of them first.',
    '您已有 {limit} 个待支付的预约，请先支付或取消其中之一。',
  ),
  TOO_MANY_UNPAID_BOOKINGS_OF_PATIENT: once(
    'You hold {limit} places for this patient that are not paid yet; pay or cancel one of them first.',
    '该就诊人已有 {limit} 个待支付的预约，请先支付或取消其中之一。',
  ),
  TOO_MANY_BOOKINGS: once(
    'An account books at most {limit} places a day; try again tomorrow.',
    '每个账号每日最多预约 {limit} 次，请明日再试。',
  ),
  TOO_MANY_CANCELLATIONS: once(
    'An account cancels at most {limit} appointments a month; the next month starts anew.',
    '每个账号每月最多取消 {limit} 次预约，下月重新计算。',
  ),
  TOO_MANY_UNPAID_ORDERS: once(
    'You have {limit} orders that are not paid yet; pay or cancel one of them first.',
    '您已有 {limit} 个待支付的订单，请先支付或取消其中之一。',
  ),
  TOO_MANY_HELD_PACKS: once(
    'With this order, {packs} packs would be held for you unpaid; {limit} is the most.',
    '加上本单，未支付占用的药品将达 {packs} 盒，超出上限 {limit} 盒。',
  ),
};
