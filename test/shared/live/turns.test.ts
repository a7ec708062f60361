import { expect, test } from 'vitest';
import { routerContext } from '../../../router/request.ts';
import { lineOf } from '../../../shared/live/turns.ts';

test('no id of a request that a client chooses puts it in the line of an account, or of another request', () => {
  const account = { ...routerContext({}).info, actorId: 'acc_12345678' };
  const pretender = routerContext({ requestId: 'acc_12345678' }).info;
  const another = routerContext({ requestId: 'acc_12345678' }).info;
  expect(pretender.requestId).toBe(account.actorId);
  const lines = [account, pretender, another].map((each) => lineOf(each));
  expect(new Set(lines).size).toBe(3);
  expect([account, pretender, another].map((each) => lineOf(each))).toEqual(lines);
});
