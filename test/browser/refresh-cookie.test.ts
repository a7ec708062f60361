import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { codeFor, newPhone } from '../testkit/login.ts';

const FIELDS = '{ accessToken refreshToken }';
const LOG_IN = `mutation ($input: LogInBySmsInput!) { logInBySms(input: $input) ${FIELDS} }`;
const REFRESH = `mutation { refreshSession(input: {}) ${FIELDS} }`;

const executablePath = [process.env.YEY_CHROMIUM ?? '', '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
);

describe.skipIf(executablePath === undefined)('the refresh cookie in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  test('script logs in and refreshes, and never sees the token', async () => {
    const phone = newPhone();
    const input = { phone, code: await codeFor(phone) };
    const page = await browser.newPage();
    await page.goto(`${inject('platformUrl')}/healthz`);
    /** All that script can see of a call: its answer, the headers, the cookies. */
    const call = async (query: string, variables: object) => {
      const body = JSON.stringify({ query, variables });
      const init = JSON.stringify({
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-refresh-cookie': '1' },
        body,
      });
      return page.evaluate<string>(`fetch('/graphql', ${init}).then(async (response) =>
        [await response.text(), document.cookie, ...[...response.headers].flat()].join(' '))`);
    };
    const seen = [await call(LOG_IN, { input }), await call(REFRESH, {}), await call(REFRESH, {})];
    const [held] = await page.context().cookies();
    expect(held).toMatchObject({ name: 'yey-refresh', httpOnly: true, sameSite: 'Strict' });
    for (const text of seen) {
      expect(text).toContain('"refreshToken":""');
      expect(text).not.toContain('yey-refresh');
      expect(text).not.toContain(held?.value);
    }
    await page.close();
  });
});
