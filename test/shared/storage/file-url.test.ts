import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors/app-error.ts';
import { type FileMethod, FileUrls } from '../../../shared/storage/file-url.ts';

const start = Date.parse('2026-11-24T00:00:00.500Z');
const KEY = 'ab'.repeat(32);

function setUp() {
  let now = start;
  const urls = new FileUrls(KEY, () => new Date(now));
  const { path, expiresAt } = urls.sign('GET', 'att_1', 'acc_1');
  const works = (change: {
    method?: FileMethod;
    id?: string;
    account?: string;
    query?: string;
    by?: FileUrls;
  }) => {
    const { method = 'GET', id = 'att_1', account = 'acc_1', by = urls } = change;
    const query = new URLSearchParams(change.query ?? path.split('?')[1]);
    try {
      by.verify(method, id, account, query);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe('FILE_URL_INVALID');
      return false;
    }
  };
  return { path, expiresAt, works, at: (later: number) => (now = start + later) };
}

test('an address works for one account, one file and one thing to do, for five minutes', () => {
  const { path, expiresAt, works, at } = setUp();
  expect(path).toMatch(/^\/files\/att_1\?expires=\d+&signature=[0-9a-f]{64}$/);
  expect(path).not.toContain('acc_1');
  expect(works({})).toBe(true);
  expect(works({ method: 'PUT' })).toBe(false);
  expect(works({ id: 'att_2' })).toBe(false);
  expect(works({ account: 'acc_2' })).toBe(false);
  expect(works({ by: new FileUrls('cd'.repeat(32), () => new Date(start)) })).toBe(false);
  expect(expiresAt.getTime() - start).toBeLessThanOrEqual(300_000);
  at(299_000);
  expect(works({})).toBe(true);
  at(300_000);
  expect(works({})).toBe(false);
});

test('neither its time nor its signature can be changed', () => {
  const { path, works } = setUp();
  const query = new URLSearchParams(path.split('?')[1]);
  const expires = Number(query.get('expires'));
  const signature = query.get('signature') ?? '';
  for (const changed of [
    `expires=${expires + 1}&signature=${signature}`,
    `expires=${expires}&signature=${signature.slice(0, -2)}`,
    `expires=${expires}&signature=`,
    `expires=${expires}`,
    `expires=NaN&signature=${signature}`,
    `expires=Infinity&signature=${signature}`,
    '',
  ]) {
    expect(works({ query: changed }), changed).toBe(false);
  }
});
