import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { data, tokenOf } from '../testkit/client.ts';

const executablePath = [process.env.YEY_CHROMIUM ?? '', '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
);

describe.skipIf(executablePath === undefined)('the explorer in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  async function open(): Promise<{ page: Page; complaints: string[]; foreign: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 800 } });
    const complaints: string[] = [];
    const foreign: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(inject('platformUrl')) && request.url().startsWith('http'))
        foreign.push(request.url());
    });
    await page.goto(inject('platformUrl'));
    await page.locator('.graphiql-query-editor .monaco-editor').waitFor();
    return { page, complaints, foreign };
  }

  const answer = (page: Page, text: string) =>
    page.locator('.result-window').filter({ hasText: text }).waitFor({ timeout: 15_000 });

  test('runs a federated query, from our own files alone and without an error', async () => {
    const { page, complaints, foreign } = await open();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await answer(page, 'specialties');
    await answer(page, '医院');
    if (process.env.YEY_SCREENSHOTS)
      await page.screenshot({ path: `${process.env.YEY_SCREENSHOTS}/query.png` });
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('signs in as a demo account and receives a live event', async () => {
    const { page, complaints } = await open();
    await page.getByLabel('account').selectOption('李晓梅');
    await page.getByRole('tab', { name: /Chat/ }).click();
    await page.locator('.graphiql-query-editor').filter({ hasText: 'chatMessageAdded' }).waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
    const body = `live-${randomUUID()}`;
    await data(
      'mutation ($input: SendChatMessageInput!) { sendChatMessage(input: $input) { seq } }',
      { input: { consultationId: stableId('con', 'demo-consultation-01'), body, idempotencyKey: body } },
      { token: tokenOf('王建国') },
    );
    await answer(page, body);
    if (process.env.YEY_SCREENSHOTS)
      await page.screenshot({ path: `${process.env.YEY_SCREENSHOTS}/live.png` });
    expect(complaints).toEqual([]);
    await page.close();
  });
});
