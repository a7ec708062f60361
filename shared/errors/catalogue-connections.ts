import { again } from './catalogue-entry.ts';

/** Of connections: those that are too many, too slow, or not read. */
export const connectionErrors = {
  TOO_MANY_CONNECTIONS: again(
    'Too many connections are open; try again in a moment.',
    '连接数过多，请稍后重试。',
  ),
  TOO_MANY_TRANSFERS: again(
    'You transfer {limit} files already; begin the next when one of them is done.',
    '您正在传输 {limit} 个文件，请在其中之一完成后再试。',
  ),
  REQUEST_TIMEOUT: again('The request did not arrive in full in time.', '请求未能在规定时间内完整到达。'),
  SLOW_READER: again(
    'Too much of what was sent has not been read; connect again and go on from the last cursor.',
    '未读取的数据过多，请重新连接并从上次的游标继续。',
  ),
};
